package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.val;

import dev.river.job.JobRow;
import java.time.Duration;
import java.util.List;

/**
 * Tells whether a job's row can be changed just now, apart from what is to be stored in it. A
 * locked table, a missing privilege, an overloaded server show here, too.
 */
public final class ChangeProbe {
  /** A server that takes longer for one small statement has other worries than the row. */
  private static final Duration LIMIT = Duration.ofSeconds(1);

  private ChangeProbe() {}

  /**
   * {@return whether a row could be written, which leaves it as it is} False where another
   * transaction holds it, and where it runs the attempt no more.
   *
   * @param database where to run
   * @param clientId the client that claimed the job
   * @param claimed the job, as it was claimed
   * @throws dev.river.error.DatabaseException if it can't be written now
   */
  public static boolean canChange(Database database, String clientId, JobRow claimed) {
    List<JobRow> one = List.of(claimed);
    return 1
        == database.callWithin(
            LIMIT,
            db ->
                db.update(RIVER_JOB)
                    .set(RIVER_JOB.PRIORITY, RIVER_JOB.PRIORITY)
                    .from(AttemptFence.table(one))
                    .where(AttemptFence.runsAttemptOf(val(clientId)))
                    .and(AttemptFence.isFree(clientId, one))
                    .execute());
  }
}
