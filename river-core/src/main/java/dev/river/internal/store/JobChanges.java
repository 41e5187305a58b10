package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.val;
import static org.jooq.impl.DSL.when;

import dev.river.error.JobNotFoundException;
import dev.river.error.JobRunningException;
import dev.river.error.UniqueConflictException;
import dev.river.internal.codec.JsonCodec;
import dev.river.job.JobRow;
import dev.river.job.JobUpdate;
import dev.river.schema.enums.RiverJobState;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.impl.SQLDataType;

/** Changes what is stored of jobs, but of none that runs. */
final class JobChanges {
  private final JsonCodec codec;
  private final JobRows rows;
  private final JobQueries queries;
  private final Notifications notifications;

  JobChanges(JsonCodec codec, Notifications notifications) {
    this.codec = codec;
    this.rows = new JobRows(codec);
    this.queries = new JobQueries(codec);
    this.notifications = notifications;
  }

  /**
   * {@return the job as it is then}
   *
   * @throws IllegalArgumentException if its metadata or output can't be stored
   * @throws JobNotFoundException if there is none of that number
   * @throws JobRunningException if it runs
   * @throws UniqueConflictException if it would become available, and another job holds its key
   */
  JobRow update(DSLContext db, long id, JobUpdate update) {
    Map<Field<?>, Field<?>> changes = changes(update);
    if (changes.isEmpty()) {
      return queries.getPresent(db, id);
    }
    return JobRetries.typed(
        "job %s can't become available, because another job holds its unique key".formatted(id),
        () -> queries.whileResting(db, id, () -> apply(db, id, changes)));
  }

  private Optional<JobRow> apply(DSLContext db, long id, Map<Field<?>, Field<?>> changes) {
    var changed =
        db.update(RIVER_JOB)
            .set(changes)
            .where(RIVER_JOB.ID.eq(id))
            .and(RIVER_JOB.STATE.ne(inline(RiverJobState.running)))
            .returningResult(JobRows.with(notifications.ofInsertedRow()));
    return DirectRows.fetchOptional(db, changed, rows);
  }

  private Map<Field<?>, Field<?>> changes(JobUpdate update) {
    Map<Field<?>, Field<?>> changes = new LinkedHashMap<>();
    update.queue().ifPresent(queue -> changes.put(RIVER_JOB.QUEUE, val(queue)));
    update.priority().ifPresent(priority -> changes.put(RIVER_JOB.PRIORITY, val(priority)));
    update.maxAttempts().ifPresent(max -> changes.put(RIVER_JOB.MAX_ATTEMPTS, val(max)));
    update
        .scheduledAt()
        .ifPresent(
            at -> {
              changes.put(RIVER_JOB.SCHEDULED_AT, val(at));
              changes.put(RIVER_JOB.STATE, stateAt(at));
            });
    metadata(update).ifPresent(metadata -> changes.put(RIVER_JOB.METADATA, metadata));
    return changes;
  }

  private static Field<RiverJobState> stateAt(Instant at) {
    return when(
            RIVER_JOB.STATE.notIn(inline(RiverJobState.available), inline(RiverJobState.scheduled)),
            RIVER_JOB.STATE)
        .when(val(at).le(Database.now()), inline(RiverJobState.available))
        .otherwise(inline(RiverJobState.scheduled));
  }

  private Optional<Field<JSONB>> metadata(JobUpdate update) {
    if (update.metadata().isEmpty() && update.output().isEmpty()) {
      return Optional.empty();
    }
    Field<JSONB> merged =
        field(
            "{0} || {1}",
            SQLDataType.JSONB,
            RIVER_JOB.METADATA,
            val(JSONB.valueOf(codec.encodeMetadata(update.metadata()))));
    return Optional.of(
        update
            .output()
            .map(codec::encodeOutput)
            .map(
                output ->
                    field(
                        "{0} || jsonb_build_object('output', {1})",
                        SQLDataType.JSONB, merged, val(JSONB.valueOf(output))))
            .orElse(merged));
  }
}
