package dev.river.internal.maintain;

import dev.river.internal.store.FinishedAttempt;
import dev.river.internal.store.JobRescues;
import dev.river.job.JobRow;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/**
 * Jobs that run for very long, claimed by clients that have no heartbeats: those of other
 * languages. A job that may run for longer than that, or without a limit, is left alone. Source:
 * River's job rescuer.
 */
final class StuckSearch implements RescueSearch {
  static final String WHY = "no client has brought its attempt to an end";

  private final JobRescues rescues;
  private final Rescues.Rules rules;
  private final Duration horizon;
  private final Rescue rescue;

  /**
   * Creates it.
   *
   * @param rescues finds them
   * @param rules what this client knows about them
   * @param horizon how long they run at least
   * @param rescue what becomes of them
   */
  StuckSearch(JobRescues rescues, Rescues.Rules rules, Duration horizon, Rescue rescue) {
    this.rescues = rescues;
    this.rules = rules;
    this.horizon = horizon;
    this.rescue = rescue;
  }

  @Override
  public List<JobRow> find(DSLContext db, JobRescues.Start start, int limit) {
    return rescues.withArgs(db, rescues.stuck(db, rules.kinds(), horizon, start, limit));
  }

  @Override
  public Optional<FinishedAttempt> rescue(JobRow row) {
    return rules
        .timeout()
        .apply(row)
        .filter(limit -> limit.compareTo(horizon) <= 0)
        .map(limit -> rescue.of(row, WHY, rules.retryDelay()));
  }
}
