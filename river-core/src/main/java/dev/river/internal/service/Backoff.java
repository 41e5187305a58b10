package dev.river.internal.service;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to rest after a failure: twice as long after each further one, up to a limit, and each
 * time somewhere between half of that and all of it, so that a fleet does not come back as one. Not
 * thread-safe.
 */
public final class Backoff {
  private final Duration first;
  private final Duration longest;
  private Duration next;

  /**
   * Creates it.
   *
   * @param first the rest after the first failure
   * @param longest the longest rest
   */
  public Backoff(Duration first, Duration longest) {
    this.first = first;
    this.longest = longest;
    this.next = first;
  }

  /** {@return the rest that is due now; the one after it will be longer} */
  public Duration next() {
    Duration rest = next;
    next = rest.multipliedBy(2).compareTo(longest) > 0 ? longest : rest.multipliedBy(2);
    long nanos = rest.toNanos();
    return Duration.ofNanos(nanos / 2 + ThreadLocalRandom.current().nextLong(nanos / 2 + 1));
  }

  /** Begins anew after a success. */
  public void reset() {
    next = first;
  }
}
