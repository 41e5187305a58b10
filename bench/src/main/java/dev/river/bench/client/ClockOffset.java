package dev.river.bench.client;

import java.util.function.LongSupplier;

/**
 * What another process's clock is ahead of ours. On Linux that is nothing: System.nanoTime and
 * process.hrtime both read the one monotonic clock of the machine.
 */
record ClockOffset(long nanos) {

  /**
   * {@return the offset of a clock}
   *
   * @param theirs asks for its time
   */
  static ClockOffset between(LongSupplier theirs) {
    long before = System.nanoTime();
    long time = theirs.getAsLong();
    long after = System.nanoTime();
    boolean sameClock = time - before >= 0 && after - time >= 0;
    return new ClockOffset(sameClock ? 0 : time - (before + (after - before) / 2));
  }

  /** {@return by our clock, what is given by theirs} */
  long ours(long time) {
    return time - nanos;
  }

  /** {@return by our clock, what is given by theirs; 0, which is no time, stays 0} */
  long[] ours(long[] times) {
    long[] ours = times.clone();
    for (int i = 0; i < ours.length; i++) {
      ours[i] = times[i] == 0 ? 0 : ours(times[i]);
    }
    return ours;
  }
}
