package dev.river.internal.maintain;

import dev.river.periodic.MissedRuns;
import dev.river.periodic.PeriodicJob;
import dev.river.periodic.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * Which runs of a periodic job are to be inserted now.
 *
 * @param runs when they were due, in their order
 * @param next when the one after them is due, if there is one
 */
record DueRuns(List<Instant> runs, Optional<Instant> next) {
  private static final Duration MISSED_AFTER = Duration.ofMinutes(1);

  /**
   * {@return the runs of a periodic job}
   *
   * @param job the job
   * @param planned when it is due, or was
   * @param notBefore what was due until then is neither run nor missed
   * @param now the present
   */
  static DueRuns of(PeriodicJob job, Instant planned, Instant notBefore, Instant now) {
    boolean skips = job.missedRuns() instanceof MissedRuns.Skip;
    Instant earliest = skips ? now.minus(MISSED_AFTER) : Instant.MIN;
    int most = job.missedRuns() instanceof MissedRuns.RunAll all ? all.max() : 1;
    RunWalk walk = RunWalk.upTo(job.schedule(), planned, now, most);
    List<Instant> runs =
        walk.last().stream()
            .filter(run -> run.isAfter(notBefore) && !run.isBefore(earliest))
            .toList();
    return new DueRuns(runs, walk.next());
  }

  /** {@return the next run as the database can store it} */
  static Optional<Instant> after(Schedule schedule, Instant time) {
    Optional<Instant> next = schedule.next(time).map(at -> at.truncatedTo(ChronoUnit.MICROS));
    if (next.isPresent() && !next.get().isAfter(time)) {
      throw new IllegalStateException(
          "the next time of a schedule must come after %s, got: %s (of \"%s\")"
              .formatted(time, next.get(), schedule.text()));
    }
    return next;
  }

  /** {@return the run of a job that is new} */
  static Optional<Instant> first(PeriodicJob job, Instant now) {
    return job.runsOnStart() ? Optional.of(now) : after(job.schedule(), now);
  }
}
