package dev.river.internal.maintain;

import dev.river.internal.codec.JobMetadata;
import dev.river.internal.codec.JsonCodec;
import dev.river.internal.store.FinishedAttempt;
import dev.river.internal.store.Outcome;
import dev.river.job.AttemptError;
import dev.river.job.JobRow;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Decides what becomes of a running job that nobody runs any more; it does nothing else. */
final class Rescue {
  /** The words that River clients of all languages look for, and for no more than them. */
  private static final String RESCUED = "Stuck job rescued by JobRescuer";

  private final JsonCodec codec;
  private final int maxRescues;

  /**
   * Creates it.
   *
   * @param codec reads and writes metadata
   * @param maxRescues with how many rescues a job is taken for the one that brings its clients down
   */
  Rescue(JsonCodec codec, int maxRescues) {
    this.codec = codec;
    this.maxRescues = maxRescues;
  }

  /**
   * {@return the end of an attempt that nobody brings to an end}
   *
   * @param row the job
   * @param why what happened to the attempt
   * @param delay how long a job waits that is worked again
   */
  FinishedAttempt of(JobRow row, String why, Function<JobRow, Duration> delay) {
    long before = JobMetadata.rescues(row.metadata());
    long rescues = Math.max(before, before + 1);
    return new FinishedAttempt(
        row,
        outcome(row, rescues, why, delay),
        Optional.of(codec.encodeMetadata(Map.of("river:rescue_count", rescues))),
        true);
  }

  private Outcome outcome(JobRow row, long rescues, String why, Function<JobRow, Duration> delay) {
    if (JobMetadata.cancelMark(row.metadata()).isPresent()) {
      return new Outcome.Cancel(error(row, why));
    }
    if (rescues >= maxRescues) {
      return new Outcome.Discard(
          error(row, "%s, and this for the %s. time: it is not run again".formatted(why, rescues)));
    }
    return row.attempt() >= row.maxAttempts()
        ? new Outcome.Discard(error(row, why))
        : new Outcome.Retry(error(row, why), delay.apply(row));
  }

  /** What happened stands where others have a stack trace. */
  private static AttemptError error(JobRow row, String why) {
    return new AttemptError(row.attemptedAt().orElse(Instant.EPOCH), row.attempt(), RESCUED, why);
  }
}
