package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.val;

import dev.river.internal.codec.JsonCodec;
import dev.river.job.JobRow;
import dev.river.schema.enums.RiverJobState;
import java.util.List;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.DSLContext;

/** Finds out what has become of attempts whose result did not count. */
public final class LateResults {
  private final JsonCodec codec;
  private final JobRows rows;

  /** Creates it. */
  public LateResults(JsonCodec codec) {
    this.codec = codec;
    this.rows = new JobRows(codec);
  }

  /**
   * {@return those of some jobs that still run the attempt of a client} After a statement that has
   * passed over locked rows, those are the ones that another transaction holds.
   *
   * @param db where to run
   * @param clientId the client that claimed the jobs
   * @param claimed the jobs, as they were claimed for the attempts
   */
  public Set<Long> stillRunning(DSLContext db, String clientId, List<JobRow> claimed) {
    return db.select(RIVER_JOB.ID)
        .from(RIVER_JOB)
        .join(AttemptFence.table(claimed))
        .on(AttemptFence.runsAttemptOf(val(clientId)))
        .fetchSet(RIVER_JOB.ID);
  }

  /**
   * {@return those jobs that carry exactly the result of an attempt of a client, as they are now}
   * There are such jobs when the answer to the statement that stored the result was lost.
   *
   * @param db where to run
   * @param clientId the client that claimed the jobs
   * @param finished the attempts, at most one of each job
   */
  public List<JobRow> stored(DSLContext db, String clientId, List<FinishedAttempt> finished) {
    var stored =
        db.select(RIVER_JOB.fields())
            .from(RIVER_JOB)
            .join(ResultTable.of(finished, codec))
            .on(AttemptFence.wasAttemptOf(val(clientId)))
            .and(RIVER_JOB.ATTEMPT.in(ResultTable.COUNTED_ATTEMPTS, AttemptFence.ATTEMPT))
            .where(carriesState())
            .and(carriesError())
            .and(
                ResultTable.METADATA
                    .isNull()
                    .or(condition("{0} @> {1}", RIVER_JOB.METADATA, ResultTable.METADATA)));
    return DirectRows.fetch(db, stored, rows);
  }

  /** A job that goes on may have become available meanwhile, or was cancelled. */
  private static Condition carriesState() {
    return RIVER_JOB
        .STATE
        .eq(ResultTable.STATE)
        .or(
            ResultTable.ENDS
                .not()
                .and(
                    RIVER_JOB.STATE.in(
                        inline(RiverJobState.available),
                        inline(RiverJobState.cancelled),
                        inline(RiverJobState.retryable),
                        inline(RiverJobState.scheduled))));
  }

  private static Condition carriesError() {
    return ResultTable.ERROR
        .isNull()
        .or(condition("{0}[cardinality({0})] = {1}", RIVER_JOB.ERRORS, ResultTable.ERROR));
  }

  /**
   * Merges metadata into that of jobs that have ended without the result of the attempt that brings
   * it: the state stays, as with River's other clients. A job that has begun another attempt since
   * is left alone, and so is one whose row another transaction holds.
   *
   * @param db where to run
   * @param clientId the client that claimed the jobs
   * @param finished the attempts, at most one of each job; those without metadata don't matter
   */
  public void mergeMetadata(DSLContext db, String clientId, List<FinishedAttempt> finished) {
    List<FinishedAttempt> late =
        finished.stream().filter(attempt -> attempt.metadata().isPresent()).toList();
    if (late.isEmpty()) {
      return;
    }
    List<JobRow> jobs = late.stream().map(FinishedAttempt::job).toList();
    var free =
        db.select(RIVER_JOB.ID)
            .from(RIVER_JOB)
            .join(AttemptFence.table(jobs))
            .on(AttemptFence.isOfAttemptOf(val(clientId)))
            .orderBy(RIVER_JOB.ID)
            .forNoKeyUpdate()
            .of(RIVER_JOB)
            .skipLocked();
    db.update(RIVER_JOB)
        .set(RIVER_JOB.METADATA, ResultTable.mergedMetadata())
        .from(
            ResultTable.ofMetadata(
                jobs, late.stream().flatMap(attempt -> attempt.metadata().stream()).toList()))
        .where(AttemptFence.isOfAttemptOf(val(clientId)))
        .and(
            RIVER_JOB.STATE.in(
                inline(RiverJobState.cancelled),
                inline(RiverJobState.completed),
                inline(RiverJobState.discarded)))
        .andNot(condition("{0} @> {1}", RIVER_JOB.METADATA, ResultTable.METADATA))
        .and(JobKeys.isOneOf(RIVER_JOB.ID, free))
        .execute();
  }
}
