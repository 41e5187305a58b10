package dev.river.internal.store;

import java.sql.Connection;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jooq.DSLContext;

/** Where statements run: in a transaction of their own, or in a caller's. */
@FunctionalInterface
public interface Transaction {

  /**
   * {@return what the work returns}
   *
   * @param <T> what the work returns
   * @param work one statement or several
   */
  <T> T call(Function<DSLContext, T> work);

  /**
   * Runs work.
   *
   * @param work one statement or several
   */
  default void run(Consumer<DSLContext> work) {
    call(
        db -> {
          work.accept(db);
          return true;
        });
  }

  /**
   * {@return a caller's transaction}
   *
   * @param database lends its settings
   * @param callers the context whose transaction it is
   */
  static Transaction of(Database database, DSLContext callers) {
    return new Transaction() {
      @Override
      public <T> T call(Function<DSLContext, T> work) {
        return database.callOn(callers, work);
      }
    };
  }

  /**
   * {@return the transaction of a caller's connection}
   *
   * @param database lends its settings
   * @param callers the connection whose transaction it is
   */
  static Transaction of(Database database, Connection callers) {
    return of(database, database.on(callers));
  }
}
