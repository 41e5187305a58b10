package dev.river.internal.maintain;

import dev.river.internal.store.FinishedAttempt;
import dev.river.internal.store.JobRescues;
import dev.river.job.JobRow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jooq.DSLContext;

/**
 * Jobs of clients that live, whose timeout is over for long: the client has lost them, or they
 * don't end although they were interrupted. A job that may run without a limit is left alone, and
 * so is one that runs in this very client, which knows that its timeout is not over yet. Source:
 * River's job rescuer. Belongs to one thread.
 */
final class OverdueSearch implements RescueSearch {
  private final JobRescues rescues;
  private final Rescues.Rules rules;
  private final Duration horizon;
  private final Rescue rescue;
  private final Predicate<JobRow> runsInTime;
  private Instant now = Instant.EPOCH;

  /**
   * Creates it.
   *
   * @param rescues finds them
   * @param rules what this client knows about them
   * @param horizon how long their timeout is over at least
   * @param rescue what becomes of them
   * @param runsInTime whether this client runs that attempt of a job, and has not ended it for its
   *     timeout
   */
  OverdueSearch(
      JobRescues rescues,
      Rescues.Rules rules,
      Duration horizon,
      Rescue rescue,
      Predicate<JobRow> runsInTime) {
    this.rescues = rescues;
    this.rules = rules;
    this.horizon = horizon;
    this.rescue = rescue;
    this.runsInTime = runsInTime;
  }

  @Override
  public List<JobRow> find(DSLContext db, JobRescues.Start start, int limit) {
    now = rescues.now(db);
    return rescues.withArgs(db, rescues.overdue(db, rules.kinds(), horizon, start, limit));
  }

  @Override
  public Optional<FinishedAttempt> rescue(JobRow row) {
    return rules
        .timeout()
        .apply(row)
        .filter(limit -> isOver(row, limit) && !runsInTime.test(row))
        .map(limit -> rescue.of(row, StuckSearch.WHY, rules.retryDelay()));
  }

  private boolean isOver(JobRow row, Duration timeout) {
    Duration runs = Duration.between(row.attemptedAt().orElse(now), now);
    return runs.compareTo(timeout) > 0 && runs.minus(timeout).compareTo(horizon) > 0;
  }
}
