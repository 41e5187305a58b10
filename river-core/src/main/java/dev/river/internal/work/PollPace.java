package dev.river.internal.work;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * How long a producer rests between two looks at its queue: briefly after there was something, then
 * longer and longer, up to its poll interval. Work rarely comes alone: a transaction that inserted
 * a job without a notification of its own, or that commits late, is found soon. Belongs to one
 * thread.
 */
final class PollPace {
  private static final Duration AFTER_ACTIVITY = Duration.ofMillis(10);
  private static final int JITTER_DIVISOR = 10;

  private final Duration interval;
  private Duration next;

  PollPace(Duration interval) {
    this.interval = interval;
    this.next = interval;
  }

  /** Notes that there was something. */
  void active() {
    next = AFTER_ACTIVITY;
  }

  /** {@return how long to rest now; up to a tenth more than the interval, so that polls spread} */
  Duration rest() {
    if (next.compareTo(interval) >= 0) {
      long nanos = TimeUnit.NANOSECONDS.convert(interval); // 292 years at most
      return interval.plusNanos(ThreadLocalRandom.current().nextLong(nanos / JITTER_DIVISOR + 1));
    }
    Duration rest = next;
    next = next.multipliedBy(2);
    return rest;
  }
}
