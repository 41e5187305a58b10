package dev.river.bench.client;

import java.time.Duration;

/**
 * Jobs to insert at a steady rate.
 *
 * @param first the number of the first job
 * @param batch how many are inserted with one call
 * @param interval the time from one call to the next
 * @param length for how long
 */
public record Load(long first, int batch, Duration interval, Duration length) {
  private static final int CALLS_A_SECOND = 100;

  /** {@return so many jobs a second, a hundredth of them with each call} */
  public static Load inBatches(long first, int jobsPerSecond, Duration length) {
    return new Load(
        first,
        jobsPerSecond / CALLS_A_SECOND,
        Duration.ofSeconds(1).dividedBy(CALLS_A_SECOND),
        length);
  }

  /** {@return so many jobs a second, each with a call of its own} */
  public static Load oneByOne(long first, int jobsPerSecond, Duration length) {
    return new Load(first, 1, Duration.ofSeconds(1).dividedBy(jobsPerSecond), length);
  }

  /** {@return how many calls that is} */
  public int calls() {
    return Math.toIntExact(length.dividedBy(interval));
  }

  /** {@return how many jobs that is} */
  public int jobs() {
    return Math.multiplyExact(calls(), batch);
  }
}
