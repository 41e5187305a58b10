package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;
import static org.jooq.impl.DSL.arrayAppend;
import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.val;
import static org.jooq.impl.DSL.when;

import dev.river.internal.codec.JobMetadata;
import dev.river.internal.codec.JsonCodec;
import dev.river.internal.store.FinishedAttempt.Extent;
import dev.river.job.JobRow;
import dev.river.schema.enums.RiverJobState;
import dev.river.schema.tables.records.RiverJobRecord;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.Query;
import org.jooq.UpdateReturningStep;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** Stores how attempts ended. */
public final class JobResults {
  /** As other statements on many jobs lock them, so that they don't wait in a circle. */
  private static final Comparator<FinishedAttempt> BY_NUMBER =
      Comparator.comparingLong(attempt -> attempt.job().id());

  /** Someone has cancelled the job while it ran, and it would be worked again. */
  private static final Condition CANCELLED_MEANWHILE =
      ResultTable.ENDS
          .not()
          .and(
              condition(
                  function(
                      "jsonb_exists",
                      SQLDataType.BOOLEAN,
                      RIVER_JOB.METADATA,
                      inline(JobMetadata.CANCEL_MARK))));

  /** Whatever shape the array has; to more than one dimension nothing can be added. */
  private static final Field<JSONB[]> ERRORS_IN_A_ROW =
      field(
          "CASE WHEN array_ndims({0}) > 1 THEN array(SELECT unnest({0})) ELSE {0} END",
          RIVER_JOB.ERRORS.getDataType(), RIVER_JOB.ERRORS);

  private final JsonCodec codec;
  private final JobRows rows;

  /** Creates it. */
  public JobResults(JsonCodec codec) {
    this.codec = codec;
    this.rows = new JobRows(codec);
  }

  /** {@return what tells of results that did not count} */
  public LateResults late() {
    return new LateResults(codec);
  }

  /**
   * Stores how attempts of one client ended. A result counts only while its job still runs that
   * very attempt of that client: a late one changes nothing. A job that someone has cancelled
   * meanwhile, and that would be worked again, is cancelled instead. One that is completed and not
   * kept is deleted.
   *
   * @param db where to run, not a caller's transaction
   * @param clientId the client that claimed the jobs
   * @param finished the attempts, at most one of each job
   * @return the numbers of the jobs whose result counted
   */
  public Set<Long> store(DSLContext db, String clientId, List<FinishedAttempt> finished) {
    return store(db, clientId, finished, LockWait.BRIEF);
  }

  /**
   * Does as {@link #store(DSLContext, String, List)} does.
   *
   * @param db where to run
   * @param clientId the client that claimed the jobs
   * @param finished the attempts, at most one of each job
   * @param wait whether it waits for rows that others hold
   * @return the numbers of the jobs whose result counted
   */
  public Set<Long> store(
      DSLContext db, String clientId, List<FinishedAttempt> finished, LockWait wait) {
    Set<Long> counted = new HashSet<>();
    finished.stream()
        .sorted(BY_NUMBER)
        .collect(groupingBy(FinishedAttempt::extent, () -> new EnumMap<>(Extent.class), toList()))
        .forEach((extent, some) -> counted.addAll(store(db, clientId, extent, some, wait)));
    return counted;
  }

  /**
   * Does as {@link #store} does, and waits for rows that others hold.
   *
   * @param db where to run
   * @param clientId the client that claimed the jobs
   * @param finished the attempts, at most one of each job
   * @return the jobs whose result counted, as they are stored now, or were before they were deleted
   */
  public List<JobRow> storeAndReturn(
      DSLContext db, String clientId, List<FinishedAttempt> finished) {
    List<JobRow> counted = keepAndReturn(db, clientId, finished, LockWait.UNLIMITED);
    deleteNotKept(db, finished);
    return counted;
  }

  /**
   * Does as {@link #store} does, but completed jobs that are not kept are there until {@link
   * #deleteNotKept} deletes them, because only an update returns what it stores.
   *
   * @param db where to run
   * @param clientId the client that claimed the jobs
   * @param finished the attempts, at most one of each job
   * @param wait whether it waits for rows that others hold
   * @return the jobs whose result counted, as they are stored now
   */
  public List<JobRow> keepAndReturn(
      DSLContext db, String clientId, List<FinishedAttempt> finished, LockWait wait) {
    var update = update(db, clientId, finished.stream().sorted(BY_NUMBER).toList(), wait);
    return DirectRows.fetch(db, update.returning(), rows);
  }

  /**
   * Deletes those jobs that are completed and not kept. One whose row another transaction holds is
   * left to the cleaning.
   *
   * @param db where to run
   * @param finished attempts; only those that are not kept matter
   */
  public void deleteNotKept(DSLContext db, List<FinishedAttempt> finished) {
    List<JobRow> notKept =
        claimed(finished.stream().filter(attempt -> attempt.extent() == Extent.DELETION).toList());
    if (notKept.isEmpty()) {
      return;
    }
    var free =
        select(RIVER_JOB.ID)
            .from(RIVER_JOB)
            .where(RIVER_JOB.ID.eq(DSL.any(AttemptFence.ids(notKept))))
            .and(RIVER_JOB.STATE.eq(inline(RiverJobState.completed)))
            .orderBy(RIVER_JOB.ID)
            .forUpdate()
            .skipLocked();
    db.deleteFrom(RIVER_JOB).where(JobKeys.isOneOf(RIVER_JOB.ID, free)).execute();
  }

  private List<Long> store(
      DSLContext db,
      String clientId,
      Extent extent,
      List<FinishedAttempt> finished,
      LockWait wait) {
    return switch (extent) {
      case ALL -> numbers(db, update(db, clientId, finished, wait).returningResult(RIVER_JOB.ID));
      case COMPLETION -> Completions.complete(db, clientId, claimed(finished), wait);
      case DELETION -> Completions.delete(db, clientId, claimed(finished), wait);
    };
  }

  private static Condition obtains(LockWait wait, String clientId, List<JobRow> jobs) {
    return switch (wait) {
      case UNLIMITED -> noCondition();
      case BRIEF -> LockWait.withinBriefWait();
      case NONE -> AttemptFence.isFree(clientId, jobs);
    };
  }

  private static List<JobRow> claimed(List<FinishedAttempt> finished) {
    return finished.stream().map(FinishedAttempt::job).toList();
  }

  /**
   * {@return the jobs that were completed by an attempt of one client, and are so still, as they
   * are stored}
   *
   * @param db where to run
   * @param clientId the client that claimed the jobs
   * @param claimed the jobs, as they were claimed for the attempts
   */
  public List<JobRow> completedBy(DSLContext db, String clientId, List<JobRow> claimed) {
    var completed =
        db.select(RIVER_JOB.fields())
            .from(RIVER_JOB)
            .join(AttemptFence.table(claimed))
            .on(AttemptFence.isOfAttemptOf(val(clientId)))
            .where(RIVER_JOB.STATE.eq(inline(RiverJobState.completed)));
    return DirectRows.fetch(db, completed, rows);
  }

  /**
   * Metadata that is merged into that of a running job.
   *
   * @param job the job, as it was claimed
   * @param metadata a JSON object
   */
  public record Merge(JobRow job, String metadata) {

    /** {@return the job, without the metadata} */
    @Override
    public String toString() {
      return "Merge[job=%s]".formatted(job);
    }
  }

  /**
   * Merges metadata into that of jobs, each only while it runs the attempt of the client.
   *
   * @param db where to run
   * @param clientId the client that claimed the jobs
   * @param merges at most one for each job
   * @return how many jobs that were
   */
  public int mergeMetadata(DSLContext db, String clientId, List<Merge> merges) {
    return merge(db, clientId, merges, noCondition()).size();
  }

  /**
   * Merges metadata as {@link #mergeMetadata} does, but passes over rows that others hold.
   *
   * @param db where to run
   * @param clientId the client that claimed the jobs
   * @param merges at most one for each job
   * @return the numbers of the jobs that were changed
   */
  public Set<Long> mergeWhereFree(DSLContext db, String clientId, List<Merge> merges) {
    return Set.copyOf(merge(db, clientId, merges, AttemptFence.isFree(clientId, jobs(merges))));
  }

  private static List<Long> merge(
      DSLContext db, String clientId, List<Merge> merges, Condition condition) {
    var update =
        db.update(RIVER_JOB)
            .set(RIVER_JOB.METADATA, ResultTable.mergedMetadata())
            .from(
                ResultTable.ofMetadata(jobs(merges), merges.stream().map(Merge::metadata).toList()))
            .where(AttemptFence.runsAttemptOf(val(clientId)))
            .and(condition)
            .returningResult(RIVER_JOB.ID);
    return numbers(db, update);
  }

  /** The driver sends large texts faster than jOOQ. */
  private static List<Long> numbers(DSLContext db, Query statement) {
    return DirectRows.fetch(db, statement, row -> row.getLong(1));
  }

  private static List<JobRow> jobs(List<Merge> merges) {
    return merges.stream().map(Merge::job).toList();
  }

  private UpdateReturningStep<RiverJobRecord> update(
      DSLContext db, String clientId, List<FinishedAttempt> finished, LockWait wait) {
    return db.update(RIVER_JOB)
        .set(
            RIVER_JOB.STATE,
            when(CANCELLED_MEANWHILE, inline(RiverJobState.cancelled)).otherwise(ResultTable.STATE))
        .set(RIVER_JOB.FINALIZED_AT, when(CANCELLED_MEANWHILE.or(ResultTable.ENDS), Database.now()))
        .set(RIVER_JOB.SCHEDULED_AT, scheduledAt())
        .set(
            RIVER_JOB.ATTEMPT,
            when(CANCELLED_MEANWHILE, RIVER_JOB.ATTEMPT).otherwise(ResultTable.COUNTED_ATTEMPTS))
        .set(
            RIVER_JOB.ERRORS,
            when(ResultTable.ERROR.isNull(), RIVER_JOB.ERRORS)
                .otherwise(arrayAppend(ERRORS_IN_A_ROW, ResultTable.ERROR)))
        .set(
            RIVER_JOB.METADATA,
            when(ResultTable.METADATA.isNull(), RIVER_JOB.METADATA)
                .otherwise(ResultTable.mergedMetadata()))
        .from(ResultTable.of(finished, codec))
        .where(AttemptFence.runsAttemptOf(val(clientId)))
        .and(obtains(wait, clientId, claimed(finished)));
  }

  private static Field<Instant> scheduledAt() {
    return when(ResultTable.DELAY.isNull().or(CANCELLED_MEANWHILE), RIVER_JOB.SCHEDULED_AT)
        .otherwise(Database.nowPlusMicros(ResultTable.DELAY));
  }
}
