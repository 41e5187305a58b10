package dev.river.internal.work;

import java.time.Duration;

/**
 * Whether jobs may be claimed for a client without it knowing of them, and when it looks for them.
 * Belongs to one thread.
 *
 * <p>A claim whose answer is missing may have been committed, or still be: the server may wait for
 * a lock, a standby or a disk, and doesn't notice that nobody waits for it; the statement may not
 * even have arrived, but lie in the buffers of a network or a pooler, behind which the server's
 * process can't be told either. So nothing that a client can see proves that such a claim is
 * settled, and the doubt does not end as long as its queue is worked: looks only become rarer. Each
 * look is for all attempts that run for this client, however old they are, because an attempt's
 * time is that of the claim's beginning and not of its commit.
 *
 * <p>What a look finds was begun by a claim without an answer: only the thread that looks claims
 * jobs of its queue for this client; it makes them known before it looks again; and the jobs that
 * it knows of, which it takes note of before it looks, are forgotten only when their result is
 * stored, so that they don't run any more.
 */
final class ClaimDoubt {
  private static final int FREQUENT_LOOKS = 60;
  private static final int LONGEST_FACTOR = 60;

  /** Looks take at most this part of the time. */
  private static final int SHARE = 10;

  private final Duration first;
  private boolean exists;
  private int looks;
  private Duration interval;
  private long next;

  /**
   * Creates it without a doubt.
   *
   * @param first how long it waits between two looks at first
   */
  ClaimDoubt(Duration first) {
    this.first = first;
    this.interval = first;
  }

  /** Notes that a claim had no answer. */
  void begin() {
    exists = true;
    looks = 0;
    interval = first;
    next = System.nanoTime();
  }

  /** {@return whether it is time to look} */
  boolean isLookDue() {
    return exists && System.nanoTime() - next >= 0;
  }

  /**
   * Notes that a look has found nothing.
   *
   * @param nanos how long it took
   */
  void foundNothing(long nanos) {
    looks++;
    if (looks > FREQUENT_LOOKS) {
      Duration longest = first.multipliedBy(LONGEST_FACTOR);
      Duration twice = interval.multipliedBy(2);
      interval = twice.compareTo(longest) < 0 ? twice : longest;
    }
    next = System.nanoTime() + Math.max(interval.toNanos(), nanos * SHARE);
  }

  /** {@return how long to rest, if it would be as long as given but for the next look} */
  Duration restAtMost(Duration rest) {
    if (!exists) {
      return rest;
    }
    Duration untilNext = Duration.ofNanos(Math.max(0, next - System.nanoTime()));
    return untilNext.compareTo(rest) < 0 ? untilNext : rest;
  }
}
