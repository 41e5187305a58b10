package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;

import dev.river.error.JobNotFoundException;
import dev.river.error.JobRunningException;
import dev.river.internal.codec.JsonCodec;
import dev.river.job.JobRow;
import dev.river.query.JobQuery;
import dev.river.schema.enums.RiverJobState;
import java.util.List;
import java.util.function.Function;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record1;
import org.jooq.Select;

/** Deletes jobs, but none that runs. */
final class JobDeletions {
  private static final Condition RESTS = RIVER_JOB.STATE.ne(inline(RiverJobState.running));

  private final JobRows rows;
  private final JobQueries queries;
  private final JobFilters filters;

  JobDeletions(JsonCodec codec) {
    this.rows = new JobRows(codec);
    this.queries = new JobQueries(codec);
    this.filters = new JobFilters(codec);
  }

  /**
   * {@return the job as it was}
   *
   * @throws JobNotFoundException if there is none of that number
   * @throws JobRunningException if it runs
   */
  JobRow delete(DSLContext db, long id) {
    return queries.whileResting(
        db,
        id,
        () ->
            DirectRows.fetchOptional(
                db,
                db.deleteFrom(RIVER_JOB).where(RIVER_JOB.ID.eq(id)).and(RESTS).returning(),
                rows));
  }

  /**
   * {@return the numbers of the jobs that were deleted, in their order} Jobs that run, and those
   * that another transaction is changing, are passed over. One that the database refuses to delete
   * is logged and left out.
   *
   * @param db where to run
   * @param query which jobs
   * @param limit how many at most
   */
  List<Long> deleteAll(DSLContext db, JobQuery query, int limit) {
    Function<Condition, Select<Record1<Long>>> candidates =
        condition ->
            select(RIVER_JOB.ID)
                .from(RIVER_JOB)
                .where(filters.ofMany(query, limit))
                .and(RESTS)
                .and(condition)
                .orderBy(RIVER_JOB.ID)
                .limit(limit)
                .forUpdate()
                .skipLocked();
    return new ManyJobs(db, "deleted", candidates)
        .change(condition -> deleteSome(db, candidates.apply(condition)));
  }

  private static List<Long> deleteSome(DSLContext db, Select<Record1<Long>> some) {
    var targets = name("targets").as(some);
    return db
        .with(targets)
        .delete(RIVER_JOB)
        .where(JobKeys.isOneOf(RIVER_JOB.ID, select(targets.field(RIVER_JOB.ID)).from(targets)))
        .returningResult(RIVER_JOB.ID)
        .fetch(RIVER_JOB.ID)
        .stream()
        .sorted()
        .toList();
  }
}
