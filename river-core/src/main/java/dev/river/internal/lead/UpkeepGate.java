package dev.river.internal.lead;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jooq.DSLContext;

/**
 * Lets one client of a fleet do the upkeep. What is done behind it must bear that another client
 * does the same at the same moment: a leader may have lost its session without knowing yet.
 */
public interface UpkeepGate {

  /**
   * Runs a transaction, if it is this client's turn.
   *
   * @param <T> what the work returns
   * @param duty names what is done; at most one client does it at a time
   * @param limit how long each statement may take
   * @param work one statement or several
   * @return what the work returned; empty if it is not this client's turn
   */
  <T> Optional<T> pass(String duty, Duration limit, Function<DSLContext, T> work);

  /** Runs a transaction that returns nothing, as {@link #pass} does. */
  default void run(String duty, Duration limit, Consumer<DSLContext> work) {
    pass(
        duty,
        limit,
        db -> {
          work.accept(db);
          return true;
        });
  }
}
