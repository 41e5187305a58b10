package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.val;

import dev.river.job.JobRow;
import dev.river.schema.enums.RiverJobState;
import java.time.Instant;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.Record1;
import org.jooq.SelectSeekStep1;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** Attempts as rows of a statement, and whether a job runs one of them. */
final class AttemptFence {
  static final String TABLE = "result";
  static final Field<Long> ID = column("id", SQLDataType.BIGINT);
  static final Field<Integer> ATTEMPT = column("attempt", SQLDataType.INTEGER);
  static final Field<Instant> ATTEMPTED_AT = column("attempted_at", SQLDataType.INSTANT);

  private AttemptFence() {}

  static <T> Field<T> column(String column, DataType<T> type) {
    return field(name(TABLE, column), type);
  }

  /** {@return attempts as a table, in the given order} */
  static Table<?> table(List<JobRow> claimed) {
    return table(val(ids(claimed)), val(attempts(claimed)), val(times(claimed)));
  }

  static Table<?> table(Field<Long[]> ids, Field<Integer[]> attempts, Field<Instant[]> times) {
    return DSL.table("unnest({0}, {1}, {2})", ids, attempts, times)
        .as(TABLE, "id", "attempt", "attempted_at");
  }

  /**
   * The fence: a result counts only for the attempt that it is of. The state is compared as text,
   * so that the planner does not take the index of running jobs, which seems small to it: as long
   * as some transaction stays open, that index has an entry for each job that has run since, and a
   * plan that reads all of it becomes slower and slower.
   */
  static Condition runsAttemptOf(Field<String> clientId) {
    return isOfAttemptOf(clientId)
        .and(RIVER_JOB.STATE.cast(SQLDataType.CLOB).eq(inline(RiverJobState.running.getLiteral())));
  }

  /**
   * The number alone doesn't tell: an attempt that was snoozed or interrupted is not counted, so
   * the next one has the same.
   */
  static Condition isOfAttemptOf(Field<String> clientId) {
    return RIVER_JOB.ATTEMPT.eq(ATTEMPT).and(wasAttemptOf(clientId));
  }

  /** {@return whether the newest attempt of a job is the given one, counted or not} */
  static Condition wasAttemptOf(Field<String> clientId) {
    return RIVER_JOB
        .ID
        .eq(ID)
        .and(RIVER_JOB.ATTEMPTED_AT.eq(ATTEMPTED_AT))
        .and(JobClaims.newestAttemptIsOf(clientId));
  }

  /** {@return whether a job's row could be locked for an update without waiting for it} */
  static Condition isFree(String clientId, List<JobRow> claimed) {
    return JobKeys.isOneOf(
        RIVER_JOB.ID, running(clientId, claimed).forNoKeyUpdate().of(RIVER_JOB).skipLocked());
  }

  /** {@return whether a job's row could be locked for its deletion without waiting for it} */
  static Condition isFreeToDelete(String clientId, List<JobRow> claimed) {
    return JobKeys.isOneOf(
        RIVER_JOB.ID, running(clientId, claimed).forUpdate().of(RIVER_JOB).skipLocked());
  }

  private static SelectSeekStep1<Record1<Long>, Long> running(
      String clientId, List<JobRow> claimed) {
    return select(RIVER_JOB.ID)
        .from(RIVER_JOB)
        .join(table(claimed))
        .on(runsAttemptOf(val(clientId)))
        .orderBy(RIVER_JOB.ID);
  }

  static Long[] ids(List<JobRow> jobs) {
    return jobs.stream().map(JobRow::id).toArray(Long[]::new);
  }

  static Integer[] attempts(List<JobRow> jobs) {
    return jobs.stream().map(JobRow::attempt).toArray(Integer[]::new);
  }

  static Instant[] times(List<JobRow> jobs) {
    return jobs.stream()
        .map(job -> job.attemptedAt().orElse(Instant.EPOCH))
        .toArray(Instant[]::new);
  }
}
