package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.param;
import static org.jooq.impl.DSL.val;

import dev.river.job.JobRow;
import dev.river.schema.enums.RiverJobState;
import dev.river.schema.tables.records.RiverJobRecord;
import java.util.List;
import java.util.Map;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.DeleteUsingStep;
import org.jooq.Field;
import org.jooq.Query;
import org.jooq.Table;
import org.jooq.UpdateSetFirstStep;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * Completes jobs, and nothing else. That is what nearly all jobs end with, so it has statements of
 * its own, which cost the server less than one for all outcomes.
 */
final class Completions {
  private static final Table<?> GIVEN_ATTEMPTS =
      AttemptFence.table(
          param("ids", SQLDataType.BIGINT.getArrayDataType()),
          param("attempts", SQLDataType.INTEGER.getArrayDataType()),
          param("times", SQLDataType.INSTANT.getArrayDataType()));

  private static final Field<String> GIVEN_CLIENT = param("client", SQLDataType.CLOB);

  private static final Condition GIVEN =
      AttemptFence.runsAttemptOf(GIVEN_CLIENT).and(LockWait.withinBriefWait());

  /** Kept for the usual way. */
  private static final KeptStatement COMPLETE =
      new KeptStatement(() -> complete(DSL.update(RIVER_JOB), GIVEN_ATTEMPTS, GIVEN));

  private static final KeptStatement DELETE =
      new KeptStatement(() -> delete(DSL.deleteFrom(RIVER_JOB), GIVEN_ATTEMPTS, GIVEN));

  private Completions() {}

  /** {@return the numbers of the jobs that are completed by it} They are kept. */
  static List<Long> complete(DSLContext db, String clientId, List<JobRow> jobs, LockWait wait) {
    if (wait == LockWait.BRIEF) {
      return run(COMPLETE, db, clientId, jobs);
    }
    Condition free = wait == LockWait.NONE ? AttemptFence.isFree(clientId, jobs) : noCondition();
    Condition condition = AttemptFence.runsAttemptOf(val(clientId)).and(free);
    return fetch(db, complete(db.update(RIVER_JOB), AttemptFence.table(jobs), condition));
  }

  /** {@return the numbers of the jobs that are deleted by it} */
  static List<Long> delete(DSLContext db, String clientId, List<JobRow> jobs, LockWait wait) {
    if (wait == LockWait.BRIEF) {
      return run(DELETE, db, clientId, jobs);
    }
    Condition free =
        wait == LockWait.NONE ? AttemptFence.isFreeToDelete(clientId, jobs) : noCondition();
    Condition condition = AttemptFence.runsAttemptOf(val(clientId)).and(free);
    return fetch(db, delete(db.deleteFrom(RIVER_JOB), AttemptFence.table(jobs), condition));
  }

  private static List<Long> fetch(DSLContext db, Query query) {
    return DirectRows.fetch(db, query, row -> row.getLong(1));
  }

  private static List<Long> run(
      KeptStatement statement, DSLContext db, String clientId, List<JobRow> jobs) {
    Map<String, ?> values =
        Map.of(
            "ids",
            AttemptFence.ids(jobs),
            "attempts",
            AttemptFence.attempts(jobs),
            "times",
            AttemptFence.times(jobs),
            "client",
            clientId);
    return statement.fetch(db, values, row -> row.getLong(1));
  }

  private static Query complete(
      UpdateSetFirstStep<RiverJobRecord> update, Table<?> attempts, Condition condition) {
    return update
        .set(RIVER_JOB.STATE, inline(RiverJobState.completed))
        .set(RIVER_JOB.FINALIZED_AT, Database.now())
        .from(attempts)
        .where(condition)
        .returningResult(RIVER_JOB.ID);
  }

  private static Query delete(
      DeleteUsingStep<RiverJobRecord> delete, Table<?> attempts, Condition condition) {
    return delete.using(attempts).where(condition).returningResult(RIVER_JOB.ID);
  }
}
