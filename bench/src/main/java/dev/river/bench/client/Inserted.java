package dev.river.bench.client;

/**
 * What was inserted.
 *
 * @param count how many jobs
 * @param beganAt when the first call was made
 * @param endedAt when the last one returned
 */
public record Inserted(long count, long beganAt, long endedAt) {
  private static final double NANOS_A_SECOND = 1e9;

  /** {@return how many jobs a second that is} */
  public double rate() {
    return count * NANOS_A_SECOND / (endedAt - beganAt);
  }
}
