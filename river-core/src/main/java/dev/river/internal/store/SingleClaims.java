package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.val;
import static org.jooq.impl.DSL.when;

import dev.river.internal.codec.JsonCodec;
import dev.river.job.AttemptError;
import dev.river.job.JobRow;
import dev.river.schema.enums.RiverJobState;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * Claims one job so that it does no harm if it can't be claimed or read: it is looked up by what
 * every row can tell, and whatever then fails is undone alone. Each method belongs into one
 * transaction with those that follow it.
 */
public final class SingleClaims {
  private final JsonCodec codec;
  private final JobRows rows;

  /** Creates it. */
  public SingleClaims(JsonCodec codec) {
    this.codec = codec;
    this.rows = JobRows.small(codec);
  }

  /**
   * What every row can tell of a job.
   *
   * @param id the job
   * @param kind its kind
   * @param attempt the attempt that is to begin, or that runs already
   * @param maxAttempts how many may begin
   * @param errors how many errors it has
   */
  public record Found(long id, String kind, int attempt, int maxAttempts, int errors) {}

  /**
   * {@return the first due job of a queue, locked; empty if the queue is paused}
   *
   * @param db the transaction
   * @param queue the queue
   * @param passedOver jobs that don't count
   */
  public Optional<Found> firstDue(DSLContext db, String queue, Collection<Long> passedOver) {
    Condition other = passedOver.isEmpty() ? noCondition() : JobClaims.isNoneOf(passedOver);
    Condition due = JobClaims.isDue(queue).and(JobClaims.isNotPaused(val(queue)));
    return first(db, due.and(other), JobClaims.nextAttempt());
  }

  /**
   * {@return the first job that is claimed for a client without it knowing of it, locked}
   *
   * @param db the transaction
   * @param queue the queue
   * @param search which jobs
   */
  public Optional<Found> firstUnknown(DSLContext db, String queue, JobClaims.UnknownTo search) {
    return first(db, JobClaims.isUnknown(queue, search), RIVER_JOB.ATTEMPT);
  }

  private static Optional<Found> first(DSLContext db, Condition which, Field<Integer> attempt) {
    Field<Integer> errors = field("coalesce(cardinality({0}), 0)", Integer.class, RIVER_JOB.ERRORS);
    return db.select(RIVER_JOB.ID, RIVER_JOB.KIND, attempt, RIVER_JOB.MAX_ATTEMPTS, errors)
        .from(RIVER_JOB)
        .where(which)
        .orderBy(RIVER_JOB.PRIORITY, RIVER_JOB.SCHEDULED_AT, RIVER_JOB.ID)
        .limit(1)
        .forUpdate()
        .skipLocked()
        .fetchOptional(
            row -> new Found(row.value1(), row.value2(), row.value3(), row.value4(), row.value5()));
  }

  /**
   * {@return a locked job, which is claimed then; its contents are not read}
   *
   * @param db the transaction
   * @param id the job
   * @param clientId the client that will work it, or does already
   * @throws RuntimeException if it can't be claimed or read; nothing has changed then
   */
  public JobRow claim(DSLContext db, long id, String clientId) {
    return Savepoints.behind(
        db,
        () ->
            DirectRows.fetch(
                    db,
                    db.update(RIVER_JOB)
                        .set(RIVER_JOB.STATE, inline(RiverJobState.running))
                        .set(
                            RIVER_JOB.ATTEMPT,
                            unlessItRuns(JobClaims.nextAttempt(), RIVER_JOB.ATTEMPT))
                        .set(
                            RIVER_JOB.ATTEMPTED_AT,
                            unlessItRuns(Database.now(), RIVER_JOB.ATTEMPTED_AT))
                        .set(
                            RIVER_JOB.ATTEMPTED_BY,
                            unlessItRuns(attemptedByAlso(clientId), RIVER_JOB.ATTEMPTED_BY))
                        .where(RIVER_JOB.ID.eq(id))
                        .returningResult(JobRows.markedColumns()),
                    rows)
                .getFirst());
  }

  /**
   * Ends the attempt of a locked job that can't be read, or the one that was to begin.
   *
   * @param db the transaction
   * @param job the job
   * @param clientId the client that has found that
   * @param reason why
   * @param delay how long it waits, if that was not its last attempt
   * @throws RuntimeException if it can't be changed; nothing has changed then
   */
  public void fail(DSLContext db, Found job, String clientId, String reason, Duration delay) {
    boolean last = job.attempt() >= job.maxAttempts();
    Savepoints.behind(
        db,
        () ->
            db.update(RIVER_JOB)
                .set(
                    RIVER_JOB.STATE,
                    inline(last ? RiverJobState.discarded : RiverJobState.retryable))
                .set(
                    RIVER_JOB.FINALIZED_AT,
                    last ? Database.now() : DSL.castNull(SQLDataType.INSTANT))
                .set(
                    RIVER_JOB.SCHEDULED_AT, last ? RIVER_JOB.SCHEDULED_AT : Database.nowPlus(delay))
                .set(RIVER_JOB.ATTEMPT, job.attempt())
                .set(RIVER_JOB.ATTEMPTED_AT, unlessItRuns(Database.now(), RIVER_JOB.ATTEMPTED_AT))
                .set(
                    RIVER_JOB.ATTEMPTED_BY,
                    unlessItRuns(attemptedByAlso(clientId), RIVER_JOB.ATTEMPTED_BY))
                .set(RIVER_JOB.ERRORS, errorsAnd(job, reason))
                .where(RIVER_JOB.ID.eq(job.id()))
                .execute());
  }

  private static <T> Field<T> unlessItRuns(Field<T> value, Field<T> otherwise) {
    return when(JobRescues.RUNS, otherwise).otherwise(value);
  }

  /** Whatever shape the array has. */
  private static Field<String[]> attemptedByAlso(String clientId) {
    return field(
        "array(SELECT unnest({0}[greatest(array_upper({0}, 1) - 98, array_lower({0}, 1)):])) || array[{1}]",
        RIVER_JOB.ATTEMPTED_BY.getDataType(), RIVER_JOB.ATTEMPTED_BY, val(clientId));
  }

  private Field<JSONB[]> errorsAnd(Found job, String reason) {
    // The time of the attempt's beginning is the transaction's, which only the server knows.
    String error = codec.encodeError(new AttemptError(Instant.EPOCH, job.attempt(), reason, ""));
    return field(
        "array(SELECT unnest({0})) || jsonb_set({1}, '{at}', to_jsonb(to_char({2} at time zone"
            + " 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')))",
        RIVER_JOB.ERRORS.getDataType(),
        RIVER_JOB.ERRORS,
        val(JSONB.valueOf(error)),
        Database.now());
  }
}
