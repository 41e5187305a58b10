package dev.river.work;

import dev.river.job.JobRow;
import java.time.Duration;

/** Decides how long a failed job waits for its next attempt. Safe for use by several threads. */
@FunctionalInterface
public interface RetryPolicy {

  /**
   * {@return how long the job waits} Zero or less means not at all. If this method throws, {@link
   * #exponential} counts.
   *
   * @param job the job as it was when the attempt began, so without the newest error
   */
  Duration delay(JobRow job);

  /**
   * {@return River's policy: n<sup>4</sup> seconds, give or take 10 %, where n counts the failed
   * attempts} That is 1 s, 16 s, 81 s, 256 s, ... and about three weeks for 25 attempts. Attempts
   * that were snoozed or interrupted do not count. The longest delay is 292 years.
   */
  static RetryPolicy exponential() {
    return ExponentialRetryPolicy.INSTANCE;
  }
}
