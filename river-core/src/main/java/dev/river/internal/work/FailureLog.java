package dev.river.internal.work;

import dev.river.internal.codec.UndecodableArgsException;
import dev.river.internal.service.UserCode;
import dev.river.internal.store.Outcome;
import dev.river.job.AttemptError;
import dev.river.job.JobRow;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Logs failed attempts: as a warning, or as an error if the job is discarded. Thread-safe.
 *
 * <p>A storm of failures does not drown the log: of each kind it logs ten lines in ten seconds at
 * each level, then counts, and says at the end of that time how many it has left out. What is left
 * out is stored with its job like any other failure.
 *
 * <p>The exception itself, with its stack trace, goes along the first time that a kind fails with
 * an exception of its class: who looks for the cause finds it in the log, and the same trace again
 * would only hide other lines. At level DEBUG it always goes along. Arguments that can't be read
 * are the exception to that: what Jackson says about them quotes them, and arguments are not
 * logged; what it says is stored with the job.
 */
final class FailureLog {
  private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);

  static final int LINES = 10;
  static final Duration WINDOW = Duration.ofSeconds(10);

  /** So that jobs of ever new kinds, which anybody may insert, don't fill the memory. */
  private static final int MOST_KINDS = 1_000;

  private static final int MOST_TRACES = 1_000;
  private static final String OTHER_KINDS = "(others)";
  private static final int LONGEST_TEXT = 1_000;

  private final InstantSource clock;
  private final BiConsumer<Duration, Runnable> later;
  private final Map<Series, FailureCount> counts = new ConcurrentHashMap<>();
  private final Set<Traced> traced = ConcurrentHashMap.newKeySet();

  private record Series(String kind, Level level) {}

  private record Traced(String kind, Class<?> failure) {}

  /**
   * Creates it.
   *
   * @param clock the present
   * @param later runs something after a while, or never
   */
  FailureLog(InstantSource clock, BiConsumer<Duration, Runnable> later) {
    this.clock = clock;
    this.later = later;
  }

  /**
   * Logs a failed attempt. Never throws.
   *
   * @param row the job as it was claimed
   * @param error what is stored of the failure
   * @param outcome what becomes of the job
   * @param failure what was thrown, if anything was
   */
  void failed(JobRow row, AttemptError error, Outcome outcome, Optional<Throwable> failure) {
    UserCode.run( // the clock is a user's
        () -> log(row, error, outcome, failure),
        broken -> UserCode.log(LOG, Level.ERROR, broken, "job {} failed", row.id()));
  }

  /** Says of every kind what was left out. */
  void flush() {
    counts.keySet().forEach(this::tellLeftOut);
  }

  private void log(JobRow row, AttemptError error, Outcome outcome, Optional<Throwable> failure) {
    Series series =
        series(row.kind(), outcome instanceof Outcome.Discard ? Level.ERROR : Level.WARN);
    boolean ofArgs = failure.filter(UndecodableArgsException.class::isInstance).isPresent();
    boolean isNew = !ofArgs && failure.filter(thrown -> isNew(row.kind(), thrown)).isPresent();
    if (!isAdmitted(series, isNew)) {
      return;
    }
    String text =
        "job %s (kind %s, queue %s): attempt %s of %s failed: %s; %s"
            .formatted(
                row.id(),
                row.kind(),
                row.queue(),
                row.attempt(),
                row.maxAttempts(),
                ofArgs ? "its args can't be read, its stored error says why" : shortened(error),
                next(outcome));
    if (failure.isPresent() && !ofArgs && (isNew || LOG.isDebugEnabled())) {
      UserCode.log(LOG, series.level(), failure.get(), "{}", text);
    } else {
      LOG.atLevel(series.level()).log(text);
    }
  }

  private String next(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Retry retry ->
          "will be retried at "
              + clock.instant().plus(retry.delay()).truncatedTo(ChronoUnit.MILLIS);
      case Outcome.Discard discard -> "it is discarded";
      case Outcome.Cancel cancel -> "it is cancelled by the error handler";
      case Outcome.Completed completed -> "it is completed";
      case Outcome.Snooze snooze -> "it is snoozed";
      case Outcome.Interrupted interrupted -> "it is put back";
    };
  }

  private static String shortened(AttemptError error) {
    String text = error.error();
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "...";
  }

  private Series series(String kind, Level level) {
    Series series = new Series(kind, level);
    return counts.containsKey(series) || counts.size() < MOST_KINDS
        ? series
        : new Series(OTHER_KINDS, level);
  }

  private boolean isNew(String kind, Throwable failure) {
    return traced.size() < MOST_TRACES && traced.add(new Traced(kind, failure.getClass()));
  }

  private boolean isAdmitted(Series series, boolean isNew) {
    FailureCount.Verdict verdict =
        counts
            .computeIfAbsent(series, unused -> new FailureCount(LINES, WINDOW))
            .next(System.nanoTime(), isNew);
    tell(series, verdict.untold());
    if (verdict.isFirstLeftOut()) {
      later.accept(WINDOW, () -> tellLeftOut(series));
    }
    return verdict.isLogged();
  }

  private void tellLeftOut(Series series) {
    FailureCount count = counts.get(series);
    if (count != null) {
      tell(series, count.takeUntold());
    }
  }

  private static void tell(Series series, long leftOut) {
    if (leftOut > 0) {
      LOG.atLevel(series.level())
          .log(
              "kind {}: {} more attempts failed that were not logged one by one{}",
              series.kind(),
              leftOut,
              series.level() == Level.ERROR ? "; their jobs are discarded" : "");
    }
  }
}
