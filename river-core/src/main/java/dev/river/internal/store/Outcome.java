package dev.river.internal.store;

import dev.river.job.AttemptError;
import java.time.Duration;

/** How an attempt ended, and so what is stored of it. */
public sealed interface Outcome {

  /** The work is done. */
  record Completed() implements Outcome {}

  /**
   * The attempt failed, and the job is tried again.
   *
   * @param error what went wrong
   * @param delay how long the job waits
   */
  record Retry(AttemptError error, Duration delay) implements Outcome {}

  /**
   * The last attempt failed.
   *
   * @param error what went wrong
   */
  record Discard(AttemptError error) implements Outcome {}

  /**
   * The job is never worked again.
   *
   * @param error why
   */
  record Cancel(AttemptError error) implements Outcome {}

  /**
   * The job is worked later; the attempt does not count.
   *
   * @param delay how long the job waits
   * @param snoozes how often it was snoozed, with this time
   */
  record Snooze(Duration delay, long snoozes) implements Outcome {}

  /** The client stopped before the work was done: as if the attempt had not begun. */
  record Interrupted() implements Outcome {}
}
