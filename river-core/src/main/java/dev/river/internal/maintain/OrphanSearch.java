package dev.river.internal.maintain;

import dev.river.internal.store.FinishedAttempt;
import dev.river.internal.store.JobRescues;
import dev.river.job.JobRow;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jooq.DSLContext;

/** The jobs of clients that are gone. They are not to blame for that, so they need not wait. */
final class OrphanSearch implements RescueSearch {
  private final JobRescues rescues;
  private final Set<String> kinds;
  private final Rescue rescue;

  /**
   * Creates it.
   *
   * @param rescues finds them
   * @param kinds the kinds that this client knows; jobs of others are left alone
   * @param rescue what becomes of them
   */
  OrphanSearch(JobRescues rescues, Set<String> kinds, Rescue rescue) {
    this.rescues = rescues;
    this.kinds = kinds;
    this.rescue = rescue;
  }

  @Override
  public List<JobRow> find(DSLContext db, JobRescues.Start start, int limit) {
    return rescues.orphans(db, kinds, start, limit);
  }

  @Override
  public Optional<FinishedAttempt> rescue(JobRow row) {
    String why = "client %s is gone".formatted(row.attemptedBy().getLast());
    return Optional.of(rescue.of(row, why, job -> Duration.ZERO));
  }
}
