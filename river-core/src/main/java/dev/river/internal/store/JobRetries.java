package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.castNull;
import static org.jooq.impl.DSL.greatest;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;

import dev.river.error.JobNotFoundException;
import dev.river.error.UniqueConflictException;
import dev.river.internal.codec.JsonCodec;
import dev.river.internal.store.JobOperations.RetriedJob;
import dev.river.job.JobRow;
import dev.river.query.JobQuery;
import dev.river.schema.enums.RiverJobState;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record1;
import org.jooq.Select;

/** Makes jobs available again, whatever became of them. */
final class JobRetries {
  /** Neither running, nor available and due. */
  private static final Condition CAN_BE_RETRIED =
      RIVER_JOB
          .STATE
          .ne(inline(RiverJobState.running))
          .andNot(
              RIVER_JOB
                  .STATE
                  .eq(inline(RiverJobState.available))
                  .and(RIVER_JOB.SCHEDULED_AT.le(Database.now())));

  /** Without the mark of an earlier cancellation, which would cancel the job again. */
  private static final Map<Field<?>, Field<?>> RETRIED =
      Map.of(
          RIVER_JOB.STATE,
          inline(RiverJobState.available),
          RIVER_JOB.FINALIZED_AT,
          castNull(RIVER_JOB.FINALIZED_AT),
          RIVER_JOB.SCHEDULED_AT,
          Database.now(),
          RIVER_JOB.MAX_ATTEMPTS,
          // One that has used up what the column can count is tried again all the same.
          greatest(RIVER_JOB.MAX_ATTEMPTS, JobClaims.nextAttempt()),
          RIVER_JOB.METADATA,
          JobCancellations.unmarked());

  private final JobRows rows;
  private final JobQueries queries;
  private final JobFilters filters;
  private final Notifications notifications;

  JobRetries(JsonCodec codec, Notifications notifications) {
    this.rows = new JobRows(codec);
    this.queries = new JobQueries(codec);
    this.filters = new JobFilters(codec);
    this.notifications = notifications;
  }

  /**
   * {@return the job as it is then} One that runs, or that is available and due, stays as it is;
   * any other is available now, with one more attempt if it had used up all.
   *
   * @throws JobNotFoundException if there is none of that number
   * @throws UniqueConflictException if another job holds its unique key
   */
  JobRow retry(DSLContext db, long id) {
    return typed(
        "job %s can't be retried, because another job holds its unique key".formatted(id),
        () ->
            DirectRows.fetchOptional(
                    db,
                    db.update(RIVER_JOB)
                        .set(RETRIED)
                        .where(RIVER_JOB.ID.eq(id))
                        .and(CAN_BE_RETRIED)
                        .returningResult(JobRows.with(notifications.ofInsertedRow())),
                    rows)
                .orElseGet(() -> queries.getPresent(db, id)));
  }

  /**
   * {@return the jobs that were made available, in the order of their numbers} Passed over are jobs
   * that another transaction is changing, those whose unique key another job holds, and those that
   * the database refuses to change.
   *
   * @param db where to run
   * @param query which jobs
   * @param limit how many at most
   * @throws UniqueConflictException if another transaction takes a unique key at the same time;
   *     nothing has changed then
   */
  List<RetriedJob> retryAll(DSLContext db, JobQuery query, int limit) {
    Condition which = filters.ofMany(query, limit);
    return typed(
        "jobs can't be retried, because a unique key was taken meanwhile",
        () -> {
          try {
            return Savepoints.behind(db, () -> retryAll(db, targets(which, limit)));
          } catch (UniqueConflictException e) {
            throw e;
          } catch (RuntimeException e) {
            if (!RowFaults.mayBe(e)) {
              throw e;
            }
            return retryEach(db, which, limit);
          }
        });
  }

  private List<RetriedJob> retryEach(DSLContext db, Condition which, int limit) {
    Function<Condition, Select<Record1<Long>>> targets =
        condition -> targets(which.and(condition), limit);
    return new ManyJobs(db, "retried", targets)
        .changeEach(condition -> retryAll(db, targets.apply(condition)));
  }

  private static Select<Record1<Long>> targets(Condition which, int limit) {
    return select(RIVER_JOB.ID)
        .from(RIVER_JOB)
        .where(which)
        .and(CAN_BE_RETRIED)
        .orderBy(RIVER_JOB.ID)
        .limit(limit)
        .forUpdate()
        .skipLocked();
  }

  private List<RetriedJob> retryAll(DSLContext db, Select<Record1<Long>> targets) {
    return JobSchedules.withLosers(db, targets, RiverJobState.available)
        .update(RIVER_JOB)
        .set(RETRIED)
        .where(JobSchedules.isDue())
        .andNot(JobSchedules.loses())
        .returningResult(RIVER_JOB.ID, RIVER_JOB.QUEUE, notifications.ofInsertedRow())
        .fetch(job -> new RetriedJob(job.value1(), job.value2()))
        .stream()
        .sorted(Comparator.comparingLong(RetriedJob::id))
        .toList();
  }

  /** Says what could not be done because of a unique key. */
  static <T> T typed(String problem, Supplier<T> statement) {
    try {
      return statement.get();
    } catch (UniqueConflictException e) {
      throw new UniqueConflictException(
          problem, e.sqlState().orElse(null), e.key().orElse(null), e);
    }
  }
}
