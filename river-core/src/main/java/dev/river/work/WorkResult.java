package dev.river.work;

import java.time.Duration;

/**
 * What a worker decided. A failure is none of these: a worker that fails throws, and the retry
 * policy decides.
 */
public sealed interface WorkResult {

  /** {@return the result of work that is done} */
  static WorkResult completed() {
    return Completed.INSTANCE;
  }

  /**
   * {@return the result of work that is to be done later} The attempt is not counted and nothing is
   * recorded as an error.
   *
   * @param delay how long to wait; zero to be worked again as soon as a worker is free
   * @throws IllegalArgumentException if it is negative or longer than 290 years
   */
  static WorkResult snooze(Duration delay) {
    return new Snoozed(delay);
  }

  /**
   * {@return the result of work that is never to be done again}
   *
   * @param reason why, for the people who look at the job later
   */
  static WorkResult cancel(String reason) {
    return new Cancelled(reason);
  }

  /** The work is done. */
  record Completed() implements WorkResult {
    private static final Completed INSTANCE = new Completed();
  }

  /**
   * The work is to be done later.
   *
   * @param delay how long to wait, from the moment that this result is stored
   */
  record Snoozed(Duration delay) implements WorkResult {
    private static final Duration LONGEST = Duration.ofDays(290 * 365L);

    /** Checks the delay. */
    public Snoozed {
      if (delay.isNegative() || delay.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException("delay must be 0 to 290 years, got: " + delay);
      }
    }
  }

  /**
   * The work is never to be done again.
   *
   * @param reason why; recorded among the job's errors
   */
  record Cancelled(String reason) implements WorkResult {}
}
