package dev.river.work;

import java.util.Optional;

/**
 * What a worker may do with its job while the attempt runs. Safe for use by several threads; of no
 * use once {@link Worker#work} has returned.
 */
public interface JobContext {

  /**
   * {@return whether the attempt is to end early} The worker's thread was interrupted then; a
   * worker that computes without blocking asks from time to time.
   */
  default boolean isCancelled() {
    return cancelCause().isPresent();
  }

  /** {@return why the attempt is to end early, if it is} */
  Optional<CancelCause> cancelCause();
}
