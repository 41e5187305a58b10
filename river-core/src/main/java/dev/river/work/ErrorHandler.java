package dev.river.work;

import dev.river.job.JobRow;

/**
 * Is told of every failed attempt, for an error tracker, and may cancel the job. Safe for use by
 * several threads.
 */
@FunctionalInterface
public interface ErrorHandler {

  /** What is to become of a failed job. */
  enum Decision {
    /** It is tried again or discarded, as ever. */
    AS_USUAL,
    /** It is never worked again. */
    CANCEL
  }

  /**
   * {@return what is to become of the job} Not called for attempts that were cancelled or cut short
   * by a stop. If it throws, that is logged and the job is treated as usual.
   *
   * @param job the job, as it was when the attempt began
   * @param failure what was thrown, an {@link Error} too
   */
  Decision failed(JobRow job, Throwable failure);
}
