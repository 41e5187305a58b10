package dev.river.internal.maintain;

import dev.river.internal.store.LeaderStore;
import java.util.Optional;
import java.util.function.Supplier;
import org.jooq.DSLContext;

/** Whether a client leads. */
public interface Leadership {

  /** {@return the term in which it leads; empty while it does not} */
  Optional<Long> term();

  /** {@return whether a term has not ended, for as long as the transaction lasts} */
  boolean lasts(DSLContext db, long term);

  /**
   * {@return that of a client that is elected}
   *
   * @param elected its term
   */
  static Leadership of(Supplier<Optional<Long>> elected) {
    return new Leadership() {
      @Override
      public Optional<Long> term() {
        return elected.get();
      }

      @Override
      public boolean lasts(DSLContext db, long term) {
        return LeaderStore.isTerm(db, term);
      }
    };
  }

  /** {@return that of a client that is asked to do a leader's work whoever leads} */
  static Leadership assumed() {
    return new Leadership() {
      @Override
      public Optional<Long> term() {
        return Optional.of(0L);
      }

      @Override
      public boolean lasts(DSLContext db, long term) {
        return true;
      }
    };
  }
}
