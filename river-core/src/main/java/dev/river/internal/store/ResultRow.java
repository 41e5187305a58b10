package dev.river.internal.store;

import dev.river.internal.codec.JsonCodec;
import dev.river.job.AttemptError;
import dev.river.schema.enums.RiverJobState;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jooq.JSONB;
import org.jspecify.annotations.Nullable;

/**
 * What a finished attempt makes of its job's row.
 *
 * @param id the job
 * @param attempt the attempt that ended
 * @param attemptedAt when that attempt began
 * @param state the job's next state
 * @param countedAttempts how many attempts count from now on
 * @param delayMicros when the job may be worked, from now; null to leave its time as it is
 * @param error what is added to its errors; null for nothing
 * @param metadata what is merged into its metadata; null for nothing
 */
record ResultRow(
    Long id,
    Integer attempt,
    Instant attemptedAt,
    RiverJobState state,
    Integer countedAttempts,
    @Nullable Long delayMicros,
    @Nullable JSONB error,
    @Nullable JSONB metadata) {

  /** Source of the states: River's job executor. A job that need not wait is available at once. */
  static ResultRow of(FinishedAttempt finished, JsonCodec codec) {
    return switch (finished.outcome()) {
      case Outcome.Completed completed -> counted(finished, RiverJobState.completed, null, null);
      case Outcome.Retry retry ->
          counted(
              finished,
              waits(retry.delay()) ? RiverJobState.retryable : RiverJobState.available,
              micros(retry.delay()),
              json(retry.error(), codec));
      case Outcome.Discard discard ->
          counted(finished, RiverJobState.discarded, null, json(discard.error(), codec));
      case Outcome.Cancel cancel ->
          counted(finished, RiverJobState.cancelled, null, json(cancel.error(), codec));
      case Outcome.Snooze snooze ->
          uncounted(
              finished,
              waits(snooze.delay()) ? RiverJobState.scheduled : RiverJobState.available,
              micros(snooze.delay()),
              codec.encodeMetadata(Map.of("snoozes", snooze.snoozes())));
      case Outcome.Interrupted interrupted ->
          uncounted(finished, RiverJobState.available, null, null);
    };
  }

  private static ResultRow counted(
      FinishedAttempt finished,
      RiverJobState state,
      @Nullable Long delayMicros,
      @Nullable JSONB error) {
    return new ResultRow(
        finished.job().id(),
        finished.job().attempt(),
        attemptedAt(finished),
        state,
        finished.job().attempt(),
        delayMicros,
        error,
        merged(finished, null));
  }

  private static ResultRow uncounted(
      FinishedAttempt finished,
      RiverJobState state,
      @Nullable Long delayMicros,
      @Nullable String metadata) {
    return new ResultRow(
        finished.job().id(),
        finished.job().attempt(),
        attemptedAt(finished),
        state,
        finished.job().attempt() - 1,
        delayMicros,
        null,
        merged(finished, metadata));
  }

  /** Both are objects that we wrote, without a name in common. */
  private static @Nullable JSONB merged(FinishedAttempt finished, @Nullable String own) {
    if (finished.metadata().isEmpty()) {
      return own == null ? null : JSONB.valueOf(own);
    }
    String given = finished.metadata().get();
    return JSONB.valueOf(
        own == null ? given : own.substring(0, own.length() - 1) + "," + given.substring(1));
  }

  private static Instant attemptedAt(FinishedAttempt finished) {
    return finished.job().attemptedAt().orElse(Instant.EPOCH);
  }

  private static boolean waits(Duration delay) {
    return delay.isPositive();
  }

  private static Long micros(Duration delay) {
    return delay.isPositive() ? Math.max(1, delay.toNanos() / 1_000) : 0L;
  }

  private static JSONB json(AttemptError error, JsonCodec codec) {
    return JSONB.valueOf(codec.encodeError(error));
  }

  /** {@return what becomes of the job, without its error and metadata} */
  @Override
  public String toString() {
    return "ResultRow[id=%s, attempt=%s, state=%s]".formatted(id, attempt, state);
  }
}
