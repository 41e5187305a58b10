package dev.river.internal.work;

import dev.river.internal.store.Outcome;
import dev.river.job.AttemptError;
import dev.river.job.JobRow;
import dev.river.work.CancelCause;
import dev.river.work.WorkResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Decides how an attempt ended: the one place where it is decided, and it does nothing else. */
final class Outcomes {
  private Outcomes() {}

  /**
   * {@return how an attempt ended}
   *
   * @param row the job as it was claimed
   * @param ending what the worker did
   * @param cancelled why the attempt was to end early, if it was
   * @param retryDelay how long the job waits if it is tried again; asked only then
   * @param snoozes how often it was snoozed before; asked only if it is snoozed
   */
  static Outcome decide(
      JobRow row,
      Ending ending,
      Optional<CancelCause> cancelled,
      Supplier<Duration> retryDelay,
      LongSupplier snoozes) {
    return switch (ending) {
      case Ending.Returned returned ->
          switch (returned.result()) {
            case WorkResult.Completed completed -> new Outcome.Completed();
            case WorkResult.Snoozed snoozed ->
                new Outcome.Snooze(snoozed.delay(), oneMore(snoozes.getAsLong()));
            case WorkResult.Cancelled cancel ->
                // the words that River clients of all languages look for
                new Outcome.Cancel(error(row, "JobCancelError: " + cancel.reason(), ""));
          };
      case Ending.Threw threw -> failed(row, threw.failure(), cancelled, retryDelay);
    };
  }

  private static long oneMore(long count) {
    return Math.max(count, count + 1); // the largest number stays
  }

  private static Outcome failed(
      JobRow row,
      Throwable failure,
      Optional<CancelCause> cancelled,
      Supplier<Duration> retryDelay) {
    String message = FailureText.message(failure);
    String trace = FailureText.trace(failure);
    return switch (cancelled.orElse(null)) {
      case STOP, LOST -> new Outcome.Interrupted(); // one that is lost is not stored anyway
      // the words that River clients of all languages look for
      case REMOTE ->
          new Outcome.Cancel(error(row, "JobCancelError: job cancelled remotely", trace));
      case TIMEOUT ->
          tryAgainOrDiscard(row, error(row, "timed out: " + message, trace), retryDelay);
      case null -> tryAgainOrDiscard(row, error(row, message, trace), retryDelay);
    };
  }

  /** {@return the outcome of an attempt that failed with an error} */
  static Outcome tryAgainOrDiscard(JobRow row, AttemptError error, Supplier<Duration> retryDelay) {
    return row.attempt() >= row.maxAttempts()
        ? new Outcome.Discard(error)
        : new Outcome.Retry(error, retryDelay.get());
  }

  static AttemptError error(JobRow row, String message, String trace) {
    return new AttemptError(row.attemptedAt().orElse(Instant.EPOCH), row.attempt(), message, trace);
  }
}
