package dev.river.internal.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.river.internal.store.Outcome;
import dev.river.job.AttemptError;
import dev.river.job.JobRow;
import dev.river.job.JobRowBuilder;
import dev.river.work.CancelCause;
import dev.river.work.WorkResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class OutcomesTest {
  private static final JobRow FIRST = new JobRowBuilder().attempt(1, 3).build();
  private static final JobRow LAST = new JobRowBuilder().attempt(3, 3).build();
  private static final JobRow BEYOND = new JobRowBuilder().attempt(4, 3).build();

  private static final Optional<CancelCause> NO_CAUSE = Optional.empty();
  private static final Optional<CancelCause> TIMEOUT = Optional.of(CancelCause.TIMEOUT);
  private static final Optional<CancelCause> STOP = Optional.of(CancelCause.STOP);

  private static final Duration DELAY = Duration.ofSeconds(7);
  private static final Duration SNOOZE = Duration.ofSeconds(8);

  @SuppressWarnings("StaticAssignmentOfThrowable") // its stack trace is compared
  private static final RuntimeException FAILURE = new IllegalStateException("broken");

  private static final String MESSAGE = "java.lang.IllegalStateException: broken";

  @ParameterizedTest
  @MethodSource
  void decides(JobRow row, Ending ending, Optional<CancelCause> cause, Outcome expected) {
    assertThat(Outcomes.decide(row, ending, cause, () -> DELAY, () -> 4)).isEqualTo(expected);
  }

  static Stream<Arguments> decides() {
    return Stream.of(FIRST, LAST, BEYOND)
        .flatMap(row -> Stream.of(NO_CAUSE, TIMEOUT, STOP).flatMap(cause -> returned(row, cause)));
  }

  /**
   * What a worker returned counts, even if it was to end early and however many attempts it had.
   */
  private static Stream<Arguments> returned(JobRow row, Optional<CancelCause> cause) {
    AttemptError cancelled = error(row, "JobCancelError: gone", "");
    return Stream.of(
        arguments(row, returned(WorkResult.completed()), cause, new Outcome.Completed()),
        arguments(row, returned(WorkResult.snooze(SNOOZE)), cause, new Outcome.Snooze(SNOOZE, 5)),
        arguments(row, returned(WorkResult.cancel("gone")), cause, new Outcome.Cancel(cancelled)));
  }

  @ParameterizedTest
  @MethodSource
  void decidesOnFailures(JobRow row, Optional<CancelCause> cause, Outcome expected) {
    assertThat(Outcomes.decide(row, new Ending.Threw(FAILURE), cause, () -> DELAY, () -> 4))
        .isEqualTo(expected);
  }

  static Stream<Arguments> decidesOnFailures() {
    return Stream.of(
        arguments(FIRST, NO_CAUSE, new Outcome.Retry(failure(FIRST, MESSAGE), DELAY)),
        arguments(LAST, NO_CAUSE, new Outcome.Discard(failure(LAST, MESSAGE))),
        arguments(BEYOND, NO_CAUSE, new Outcome.Discard(failure(BEYOND, MESSAGE))),
        arguments(
            FIRST, TIMEOUT, new Outcome.Retry(failure(FIRST, "timed out: " + MESSAGE), DELAY)),
        arguments(LAST, TIMEOUT, new Outcome.Discard(failure(LAST, "timed out: " + MESSAGE))),
        arguments(FIRST, STOP, new Outcome.Interrupted()),
        arguments(LAST, STOP, new Outcome.Interrupted()),
        arguments(BEYOND, STOP, new Outcome.Interrupted()));
  }

  @Test
  @SuppressWarnings("NullAway") // what a careless user may do
  void cancelsWithoutAReasonToo() {
    assertThat(
            Outcomes.decide(
                FIRST, returned(WorkResult.cancel(null)), NO_CAUSE, () -> DELAY, () -> 4))
        .isEqualTo(new Outcome.Cancel(error(FIRST, "JobCancelError: null", "")));
  }

  @Test
  void asksForTheRetryDelayOnlyForARetry() {
    Supplier<Duration> unasked =
        () -> {
          throw new AssertionError("asked for a delay");
        };

    assertThat(Outcomes.decide(LAST, new Ending.Threw(FAILURE), NO_CAUSE, unasked, () -> 0))
        .isInstanceOf(Outcome.Discard.class);
    assertThat(Outcomes.decide(FIRST, new Ending.Threw(FAILURE), STOP, unasked, () -> 0))
        .isInstanceOf(Outcome.Interrupted.class);
    assertThat(Outcomes.decide(FIRST, returned(WorkResult.completed()), NO_CAUSE, unasked, () -> 0))
        .isInstanceOf(Outcome.Completed.class);
  }

  @Test
  void asksForTheSnoozesOnlyForASnooze() {
    LongSupplier unasked =
        () -> {
          throw new AssertionError("asked for snoozes");
        };

    assertThat(Outcomes.decide(FIRST, new Ending.Threw(FAILURE), NO_CAUSE, () -> DELAY, unasked))
        .isInstanceOf(Outcome.Retry.class);
    assertThat(
            Outcomes.decide(FIRST, returned(WorkResult.cancel("")), NO_CAUSE, () -> DELAY, unasked))
        .isInstanceOf(Outcome.Cancel.class);
  }

  @Test
  void datesAnErrorByTheBeginOfItsAttempt() {
    assertThat(Outcomes.error(LAST, "message", "trace"))
        .isEqualTo(new AttemptError(JobRowBuilder.ATTEMPTED_AT, 3, "message", "trace"));
  }

  private static Ending returned(WorkResult result) {
    return new Ending.Returned(result);
  }

  private static AttemptError failure(JobRow row, String message) {
    return error(row, message, FailureText.trace(FAILURE));
  }

  private static AttemptError error(JobRow row, String message, String trace) {
    Instant began = row.attemptedAt().orElseThrow();
    return new AttemptError(began, row.attempt(), message, trace);
  }
}
