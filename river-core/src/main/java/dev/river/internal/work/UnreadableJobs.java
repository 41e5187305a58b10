package dev.river.internal.work;

import java.time.Duration;

/** What becomes of jobs that can't be read. */
final class UnreadableJobs {
  /** 290 years. */
  private static final double LONGEST_SECONDS = 290 * 365 * 24 * 3600.0;

  private UnreadableJobs() {}

  /**
   * {@return how long such a job waits until it is tried again} As River's retry policy has it,
   * because no other can be asked about it.
   *
   * @param errors how many errors it has
   */
  static Duration delay(int errors) {
    return Duration.ofSeconds((long) Math.min(LONGEST_SECONDS, Math.pow(errors + 1.0, 4)));
  }
}
