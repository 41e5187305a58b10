package dev.river.internal.work;

import dev.river.internal.store.FinishedAttempt;
import dev.river.internal.store.Outcome;
import dev.river.job.AttemptError;
import dev.river.job.JobRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What is stored instead of an outcome that the database refuses. An outcome with an error stays
 * what it is, as long as its error can be stored in some form; what else is refused is a failure.
 */
final class Fallbacks {
  /** The last characters that are kept as they are: those of Latin-1, then those of ASCII. */
  private static final List<Integer> LAST_KEPT = List.of(0xFF, 0x7F);

  private static final int ASCII = 0x7F;
  private static final int ANY = Character.MAX_VALUE;

  private Fallbacks() {}

  /**
   * {@return what to try, in this order}
   *
   * @param refused what was refused
   * @param why what the database said
   * @param retryDelay how long the job waits if it is tried again; asked at most once
   */
  static List<FinishedAttempt> of(
      FinishedAttempt refused, Throwable why, Supplier<Duration> retryDelay) {
    List<FinishedAttempt> fallbacks = new ArrayList<>();
    boolean byEncoding = Refusal.isByEncoding(why);
    if (byEncoding) {
      LAST_KEPT.forEach(last -> escaped(refused, last).ifPresent(fallbacks::add));
    }
    if (refused.metadata().isPresent()) {
      String note = "\nits metadata was refused: " + text(why);
      withError(refused, byEncoding ? ASCII : ANY, note, Optional.empty())
          .ifPresent(fallbacks::add);
    }
    fallbacks.add(failure(refused.job(), why, retryDelay));
    return fallbacks;
  }

  /** {@return the same outcome with escapes in its error and in the attempt's log} */
  private static Optional<FinishedAttempt> escaped(FinishedAttempt refused, int lastKept) {
    Optional<String> metadata = refused.metadata().map(json -> EscapedLog.of(json, lastKept));
    return withError(refused, lastKept, "", metadata)
        .or(() -> Optional.of(with(refused, refused.outcome(), metadata)))
        .filter(escaped -> !escaped.equals(refused));
  }

  private static FinishedAttempt failure(JobRow row, Throwable why, Supplier<Duration> retryDelay) {
    AttemptError error = Outcomes.error(row, "its result was refused: " + text(why), "");
    return new FinishedAttempt(row, Outcomes.tryAgainOrDiscard(row, error, retryDelay));
  }

  private static String text(Throwable why) {
    return FailureText.escaped(FailureText.message(why), ASCII);
  }

  /** {@return whether a fallback lacks something of what was refused} */
  static boolean loses(FinishedAttempt refused, FinishedAttempt fallback) {
    return refused.outcome().getClass() != fallback.outcome().getClass()
        || refused.metadata().isPresent() != fallback.metadata().isPresent();
  }

  /** {@return what a fallback is, in words for the log} */
  static String nameOf(FinishedAttempt fallback) {
    return switch (fallback.outcome()) {
      case Outcome.Retry retry -> "a failure";
      case Outcome.Discard discard -> "its last failure";
      case Outcome.Cancel cancel -> "a cancellation";
      case Outcome.Completed completed -> "completed";
      case Outcome.Snooze snooze -> "snoozed";
      case Outcome.Interrupted interrupted -> "interrupted";
    };
  }

  private static Optional<FinishedAttempt> withError(
      FinishedAttempt refused, int lastKept, String note, Optional<String> metadata) {
    UnaryOperator<AttemptError> changed =
        error ->
            new AttemptError(
                error.at(),
                error.attempt(),
                FailureText.escaped(error.error(), lastKept) + note,
                FailureText.escaped(error.trace(), lastKept));
    Optional<Outcome> outcome =
        switch (refused.outcome()) {
          case Outcome.Retry retry ->
              Optional.of(new Outcome.Retry(changed.apply(retry.error()), retry.delay()));
          case Outcome.Discard discard ->
              Optional.of(new Outcome.Discard(changed.apply(discard.error())));
          case Outcome.Cancel cancel ->
              Optional.of(new Outcome.Cancel(changed.apply(cancel.error())));
          case Outcome.Completed completed -> Optional.empty();
          case Outcome.Snooze snooze -> Optional.empty();
          case Outcome.Interrupted interrupted -> Optional.empty();
        };
    return outcome.map(some -> with(refused, some, metadata));
  }

  private static FinishedAttempt with(
      FinishedAttempt refused, Outcome outcome, Optional<String> metadata) {
    return new FinishedAttempt(refused.job(), outcome, metadata, refused.kept());
  }
}
