package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.val;
import static org.jooq.impl.DSL.when;

import dev.river.error.JobNotFoundException;
import dev.river.internal.codec.Control;
import dev.river.internal.codec.JobMetadata;
import dev.river.internal.codec.JsonCodec;
import dev.river.job.JobRow;
import dev.river.job.JobState;
import dev.river.query.JobQuery;
import dev.river.schema.enums.RiverJobState;
import dev.river.schema.tables.records.RiverJobRecord;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.Record1;
import org.jooq.Select;
import org.jooq.UpdateReturningStep;
import org.jooq.impl.SQLDataType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cancels jobs. One that runs goes on until the client that works it hears of it; the mark in its
 * metadata keeps it from being worked again in any case.
 */
final class JobCancellations {
  private static final Logger LOG = LoggerFactory.getLogger(JobCancellations.class);

  private static final Condition HAS_NOT_ENDED =
      RIVER_JOB.STATE.notIn(
          inline(RiverJobState.cancelled),
          inline(RiverJobState.completed),
          inline(RiverJobState.discarded));

  /**
   * The mark is a time in UTC, to the microsecond, as JSON has times. Metadata that is no object,
   * which no client writes, has no place for it and is replaced.
   */
  private static final Field<JSONB> MARKED =
      field(
          "CASE jsonb_typeof({0}) WHEN 'object' THEN {0} ELSE '{}' END || jsonb_build_object({1},"
              + " to_char({2} at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'))",
          SQLDataType.JSONB, RIVER_JOB.METADATA, inline(JobMetadata.CANCEL_MARK), Database.now());

  private static final Map<Field<?>, Field<?>> CANCELLED =
      Map.of(
          RIVER_JOB.STATE,
          when(JobRescues.RUNS, RIVER_JOB.STATE).otherwise(inline(RiverJobState.cancelled)),
          RIVER_JOB.FINALIZED_AT,
          when(JobRescues.RUNS.not(), Database.now()),
          RIVER_JOB.METADATA,
          MARKED,
          RIVER_JOB.UNIQUE_STATES,
          JobSchedules.statesWithout(
              JobRescues.RUNS.not().and(JobSchedules.loses()), JobState.CANCELLED));

  private final JobRows rows;
  private final JobQueries queries;
  private final JobFilters filters;
  private final Notifications notifications;

  JobCancellations(JsonCodec codec, Notifications notifications) {
    this.rows = new JobRows(codec);
    this.queries = new JobQueries(codec);
    this.filters = new JobFilters(codec);
    this.notifications = notifications;
  }

  /**
   * {@return the job as it is then} One that has ended stays as it is; one that runs is marked, and
   * its client is told when the transaction commits; any other is cancelled at once.
   *
   * @throws JobNotFoundException if there is none of that number
   */
  JobRow cancel(DSLContext db, long id) {
    var target =
        select(RIVER_JOB.ID)
            .from(RIVER_JOB)
            .where(RIVER_JOB.ID.eq(id))
            .and(HAS_NOT_ENDED)
            .forUpdate();
    var cancelled =
        update(db, target).returningResult(JobRows.with(notifications.ofCancelledRow()));
    return DirectRows.fetchOptional(db, cancelled, rows)
        .orElseGet(() -> queries.getPresent(db, id));
  }

  /**
   * {@return what clients are told of the jobs that were cancelled, in the order of their numbers}
   * One that the database refuses to change is logged and left out.
   *
   * @param db where to run
   * @param query which jobs; those that have ended don't count
   * @param limit how many at most
   */
  List<Control.Cancel> cancelAll(DSLContext db, JobQuery query, int limit) {
    // Waits for rows that others hold: a job that is being claimed must not escape.
    Function<Condition, Select<Record1<Long>>> candidates =
        condition ->
            select(RIVER_JOB.ID)
                .from(RIVER_JOB)
                .where(filters.ofMany(query, limit))
                .and(HAS_NOT_ENDED)
                .and(condition)
                .orderBy(RIVER_JOB.ID)
                .limit(limit)
                .forUpdate();
    return new ManyJobs(db, "cancelled", candidates)
        .change(condition -> cancelSome(db, candidates.apply(condition)));
  }

  private List<Control.Cancel> cancelSome(DSLContext db, Select<Record1<Long>> targets) {
    return update(db, targets)
        .returningResult(RIVER_JOB.ID, RIVER_JOB.QUEUE, notifications.ofCancelledRow())
        .fetch(job -> new Control.Cancel(job.value1(), job.value2()))
        .stream()
        .sorted(Comparator.comparingLong(Control.Cancel::jobId))
        .toList();
  }

  /** One that would take its unique key from another job by being cancelled does without it. */
  private static UpdateReturningStep<RiverJobRecord> update(
      DSLContext db, Select<Record1<Long>> targets) {
    return JobSchedules.withLosers(db, targets, RiverJobState.cancelled)
        .update(RIVER_JOB)
        .set(CANCELLED)
        .where(JobSchedules.isDue());
  }

  /**
   * {@return those of some jobs that run and are marked, each with its mark}
   *
   * @param db where to run
   * @param ids the jobs
   */
  Map<Long, String> marks(DSLContext db, Collection<Long> ids) {
    return Halving.run(
            db,
            List.copyOf(ids),
            some -> marked(db, some),
            (id, why) -> LOG.debug("job {}: it can't be seen whether it was cancelled", id, why))
        .stream()
        .collect(Collectors.toMap(Marked::id, Marked::mark));
  }

  private record Marked(long id, String mark) {}

  private static List<Marked> marked(DSLContext db, List<Long> ids) {
    return db.select(RIVER_JOB.ID, JobRows.CANCEL_MARK)
        .from(RIVER_JOB)
        .where(RIVER_JOB.ID.eq(any(val(ids.toArray(Long[]::new)))))
        .and(JobRescues.RUNS)
        .and(JobRows.CANCEL_MARK.isNotNull())
        .fetch(row -> new Marked(row.value1(), row.value2()));
  }

  /** {@return metadata without the mark} */
  static Field<JSONB> unmarked() {
    return when(
            condition("jsonb_typeof({0}) = 'object'", RIVER_JOB.METADATA),
            field(
                "{0} - {1}",
                SQLDataType.JSONB, RIVER_JOB.METADATA, inline(JobMetadata.CANCEL_MARK)))
        .otherwise(RIVER_JOB.METADATA);
  }
}
