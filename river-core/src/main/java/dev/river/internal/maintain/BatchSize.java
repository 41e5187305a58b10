package dev.river.internal.maintain;

import dev.river.error.DatabaseException;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * How many rows a statement takes: a tenth of the usual number after three in a row took too long,
 * and the usual number again after a hundred in a row were in time. Of one thread.
 */
final class BatchSize {
  /** River: three timeouts. */
  private static final int TIMEOUTS = 3;

  private static final int GOOD_PASSES = 100;

  private final int usual;
  private boolean reduced;
  private int timeouts; // in a row
  private int goodPasses; // in a row, of reduced size

  /**
   * Creates it.
   *
   * @param usual the usual number, at least 10
   */
  BatchSize(int usual) {
    this.usual = usual;
  }

  /** {@return how many rows the next statement takes} */
  int current() {
    return reduced ? usual / 10 : usual;
  }

  /** {@return whether it takes less than usually} */
  boolean isReduced() {
    return reduced;
  }

  /**
   * {@return what a pass returns} Takes note of how it went.
   *
   * @param <T> what the pass returns
   * @param pass takes as many rows as it is told; returns empty if it wasn't this client's turn
   * @throws DatabaseException if the pass throws it
   */
  <T> Optional<T> run(IntFunction<Optional<T>> pass) {
    try {
      Optional<T> result = pass.apply(current());
      if (result.isPresent()) {
        noteGoodPass();
      }
      return result;
    } catch (DatabaseException e) {
      if (e.isTimeout()) {
        noteTimeout();
      }
      throw e;
    }
  }

  private void noteGoodPass() {
    timeouts = 0;
    if (reduced && ++goodPasses == GOOD_PASSES) {
      reduced = false;
    }
  }

  private void noteTimeout() {
    goodPasses = 0;
    if (++timeouts == TIMEOUTS) {
      reduced = true;
      timeouts = 0;
    }
  }
}
