package dev.river.periodic;

import dev.river.job.Insert;
import java.util.Optional;

/** Makes the jobs of a periodic job, one at a time. */
@FunctionalInterface
public interface JobConstructor {

  /**
   * {@return the job to insert now; empty for none this time} Called on a thread of the client,
   * within the transaction that inserts the job, so it should be quick.
   *
   * <p>If it throws, or the job is not valid, nothing is inserted, and it is called again after a
   * while.
   *
   * @throws Exception if the job can't be made now
   */
  Optional<? extends Insert<?>> construct() throws Exception;
}
