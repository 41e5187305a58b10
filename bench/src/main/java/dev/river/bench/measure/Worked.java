package dev.river.bench.measure;

import java.time.Duration;

/**
 * What was worked.
 *
 * @param jobs how many jobs began
 * @param time from the start of the first one until all were done, or it was stopped
 * @param all whether all were done
 */
record Worked(long jobs, Duration time, boolean all) {
  private static final double NANOS_A_SECOND = 1e9;

  /** {@return how many jobs a second that is} */
  double rate() {
    return jobs == 0 ? 0 : jobs * NANOS_A_SECOND / time.toNanos();
  }
}
