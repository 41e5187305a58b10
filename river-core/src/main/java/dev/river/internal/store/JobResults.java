package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;
import static org.jooq.impl.DSL.arrayAppend;
import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.param;
import static org.jooq.impl.DSL.val;
import static org.jooq.impl.DSL.when;

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
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.Query;
import org.jooq.Table;
import org.jooq.UpdateReturningStep;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** Stores how attempts ended. */
public final class JobResults {
  /**
   * One row per finished attempt, sent as one array per column: the statement's text, and so its
   * plan, is the same for every number of rows. jOOQ's own unnest takes a single array.
   */
  private static final String ROWS_OF_ARRAYS = "unnest({0}, {1}, {2}, {3}, {4}, {5}, {6}, {7})";

  private static final Field<Long> ID = column("id", SQLDataType.BIGINT);
  private static final Field<Integer> ATTEMPT = column("attempt", SQLDataType.INTEGER);
  private static final Field<Instant> ATTEMPTED_AT = column("attempted_at", SQLDataType.INSTANT);
  private static final Field<RiverJobState> STATE = column("state", RIVER_JOB.STATE.getDataType());
  private static final Field<Integer> COUNTED_ATTEMPTS =
      column("counted_attempts", SQLDataType.INTEGER);
  private static final Field<Long> DELAY = column("delay", SQLDataType.BIGINT);
  private static final Field<JSONB> ERROR = column("error", SQLDataType.JSONB);
  private static final Field<JSONB> METADATA = column("metadata", SQLDataType.JSONB);

  /** As other statements on many jobs lock them, so that they don't wait in a circle. */
  private static final Comparator<FinishedAttempt> BY_NUMBER =
      Comparator.comparingLong(attempt -> attempt.job().id());

  private static final Condition ENDS =
      STATE.in(
          inline(RiverJobState.cancelled),
          inline(RiverJobState.completed),
          inline(RiverJobState.discarded));

  /** Someone has cancelled the job while it ran, and it would be worked again. */
  private static final Condition CANCELLED_MEANWHILE =
      ENDS.not()
          .and(
              condition(
                  function(
                      "jsonb_exists",
                      SQLDataType.BOOLEAN,
                      RIVER_JOB.METADATA,
                      inline("cancel_attempted_at"))));

  private static final Table<?> GIVEN_ATTEMPTS =
      attemptsOf(
          param("ids", SQLDataType.BIGINT.getArrayDataType()),
          param("attempts", SQLDataType.INTEGER.getArrayDataType()),
          param("times", SQLDataType.INSTANT.getArrayDataType()));

  private static final Field<String> GIVEN_CLIENT = param("client", SQLDataType.CLOB);

  private static final KeptStatement COMPLETE = new KeptStatement(JobResults::complete);
  private static final KeptStatement DELETE = new KeptStatement(JobResults::delete);

  private final JsonCodec codec;
  private final JobRows rows;

  /** Creates it. */
  public JobResults(JsonCodec codec) {
    this.codec = codec;
    this.rows = new JobRows(codec);
  }

  /**
   * Stores how attempts of one client ended. A result counts only while its job still runs that
   * very attempt of that client: a late one changes nothing. A job that someone has cancelled
   * meanwhile, and that would be worked again, is cancelled instead. One that is completed and not
   * kept is deleted.
   *
   * @param db where to run
   * @param clientId the client that claimed the jobs
   * @param finished the attempts, at most one of each job
   * @return the numbers of the jobs whose result counted
   */
  public Set<Long> store(DSLContext db, String clientId, List<FinishedAttempt> finished) {
    Set<Long> counted = new HashSet<>();
    finished.stream()
        .sorted(BY_NUMBER)
        .collect(groupingBy(FinishedAttempt::extent, () -> new EnumMap<>(Extent.class), toList()))
        .forEach((extent, some) -> counted.addAll(store(db, clientId, extent, some)));
    return counted;
  }

  /**
   * Does as {@link #store} does.
   *
   * @param db where to run
   * @param clientId the client that claimed the jobs
   * @param finished the attempts, at most one of each job
   * @return the jobs whose result counted, as they are stored now, or were before they were deleted
   */
  public List<JobRow> storeAndReturn(
      DSLContext db, String clientId, List<FinishedAttempt> finished) {
    var update = update(db, clientId, finished.stream().sorted(BY_NUMBER).toList()).returning();
    List<JobRow> counted = DirectRows.fetch(db, update, rows);
    List<FinishedAttempt> notKept =
        finished.stream().filter(attempt -> attempt.extent() == Extent.DELETION).toList();
    if (!notKept.isEmpty()) { // by a second statement, as only an update returns what it stores
      deleteCompleted(db, notKept);
    }
    return counted;
  }

  private static void deleteCompleted(DSLContext db, List<FinishedAttempt> notKept) {
    db.deleteFrom(RIVER_JOB)
        .where(RIVER_JOB.ID.eq(DSL.any(ids(claimed(notKept)))))
        .and(RIVER_JOB.STATE.eq(inline(RiverJobState.completed)))
        .execute();
  }

  private List<Long> store(
      DSLContext db, String clientId, Extent extent, List<FinishedAttempt> finished) {
    return switch (extent) {
      case ALL -> update(db, clientId, finished).returningResult(RIVER_JOB.ID).fetch(RIVER_JOB.ID);
      case COMPLETION -> run(COMPLETE, db, clientId, finished);
      case DELETION -> run(DELETE, db, clientId, finished);
    };
  }

  private static List<Long> run(
      KeptStatement statement, DSLContext db, String clientId, List<FinishedAttempt> finished) {
    List<JobRow> jobs = claimed(finished);
    return statement.fetch(
        db,
        Map.of(
            "ids", ids(jobs), "attempts", attempts(jobs), "times", times(jobs), "client", clientId),
        row -> row.getLong(1));
  }

  /**
   * What nearly all jobs end with. It has a statement of its own, which costs the server less than
   * one for all outcomes.
   */
  private static Query complete() {
    return DSL.update(RIVER_JOB)
        .set(RIVER_JOB.STATE, inline(RiverJobState.completed))
        .set(RIVER_JOB.FINALIZED_AT, Database.now())
        .from(GIVEN_ATTEMPTS)
        .where(runsAttemptOf(GIVEN_CLIENT))
        .returningResult(RIVER_JOB.ID);
  }

  private static Query delete() {
    return DSL.deleteFrom(RIVER_JOB)
        .using(GIVEN_ATTEMPTS)
        .where(runsAttemptOf(GIVEN_CLIENT))
        .returningResult(RIVER_JOB.ID);
  }

  private static List<JobRow> claimed(List<FinishedAttempt> finished) {
    return finished.stream().map(FinishedAttempt::job).toList();
  }

  private static Table<?> attemptsOf(List<JobRow> claimed) {
    return attemptsOf(val(ids(claimed)), val(attempts(claimed)), val(times(claimed)));
  }

  private static Table<?> attemptsOf(
      Field<Long[]> ids, Field<Integer[]> attempts, Field<Instant[]> times) {
    return DSL.table("unnest({0}, {1}, {2})", ids, attempts, times)
        .as("result", "id", "attempt", "attempted_at");
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
            .join(attemptsOf(claimed))
            .on(isOfAttemptOf(val(clientId)))
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
    List<JobRow> jobs = merges.stream().map(Merge::job).toList();
    return db.update(RIVER_JOB)
        .set(RIVER_JOB.METADATA, merged())
        .from(
            DSL.table(
                    "unnest({0}, {1}, {2}, {3})",
                    val(ids(jobs)),
                    val(attempts(jobs)),
                    val(times(jobs)),
                    val(
                        merges.stream()
                            .map(merge -> JSONB.valueOf(merge.metadata()))
                            .toArray(JSONB[]::new)))
                .as("result", "id", "attempt", "attempted_at", "metadata"))
        .where(runsAttemptOf(val(clientId)))
        .execute();
  }

  private static Long[] ids(List<JobRow> jobs) {
    return jobs.stream().map(JobRow::id).toArray(Long[]::new);
  }

  private static Integer[] attempts(List<JobRow> jobs) {
    return jobs.stream().map(JobRow::attempt).toArray(Integer[]::new);
  }

  private static Instant[] times(List<JobRow> jobs) {
    return jobs.stream()
        .map(job -> job.attemptedAt().orElse(Instant.EPOCH))
        .toArray(Instant[]::new);
  }

  private static Field<JSONB> merged() {
    return field("{0} || {1}", SQLDataType.JSONB, RIVER_JOB.METADATA, METADATA);
  }

  /**
   * The fence: a result counts only for the attempt that it is of. The state is compared as text,
   * so that the planner does not take the index of running jobs, which seems small to it: as long
   * as some transaction stays open, that index has an entry for each job that has run since, and a
   * plan that reads all of it becomes slower and slower.
   */
  private static Condition runsAttemptOf(Field<String> clientId) {
    return isOfAttemptOf(clientId)
        .and(RIVER_JOB.STATE.cast(SQLDataType.CLOB).eq(inline(RiverJobState.running.getLiteral())));
  }

  /**
   * The number alone doesn't tell: an attempt that was snoozed or interrupted is not counted, so
   * the next one has the same.
   */
  private static Condition isOfAttemptOf(Field<String> clientId) {
    return RIVER_JOB
        .ID
        .eq(ID)
        .and(RIVER_JOB.ATTEMPT.eq(ATTEMPT))
        .and(RIVER_JOB.ATTEMPTED_AT.eq(ATTEMPTED_AT))
        .and(JobClaims.newestAttemptIsOf(clientId));
  }

  private UpdateReturningStep<RiverJobRecord> update(
      DSLContext db, String clientId, List<FinishedAttempt> finished) {
    return db.update(RIVER_JOB)
        .set(
            RIVER_JOB.STATE,
            when(CANCELLED_MEANWHILE, inline(RiverJobState.cancelled)).otherwise(STATE))
        .set(RIVER_JOB.FINALIZED_AT, when(CANCELLED_MEANWHILE.or(ENDS), Database.now()))
        .set(RIVER_JOB.SCHEDULED_AT, scheduledAt())
        .set(
            RIVER_JOB.ATTEMPT,
            when(CANCELLED_MEANWHILE, RIVER_JOB.ATTEMPT).otherwise(COUNTED_ATTEMPTS))
        .set(
            RIVER_JOB.ERRORS,
            when(ERROR.isNull(), RIVER_JOB.ERRORS).otherwise(arrayAppend(RIVER_JOB.ERRORS, ERROR)))
        .set(RIVER_JOB.METADATA, when(METADATA.isNull(), RIVER_JOB.METADATA).otherwise(merged()))
        .from(table(finished.stream().map(attempt -> ResultRow.of(attempt, codec)).toList()))
        .where(runsAttemptOf(val(clientId)));
  }

  private static Field<Instant> scheduledAt() {
    return when(DELAY.isNull().or(CANCELLED_MEANWHILE), RIVER_JOB.SCHEDULED_AT)
        .otherwise(Database.nowPlusMicros(DELAY));
  }

  private static Table<?> table(List<ResultRow> results) {
    return DSL.table(
            ROWS_OF_ARRAYS,
            array(results, ResultRow::id, Long[]::new, ID),
            array(results, ResultRow::attempt, Integer[]::new, ATTEMPT),
            array(results, ResultRow::attemptedAt, Instant[]::new, ATTEMPTED_AT),
            array(results, ResultRow::state, RiverJobState[]::new, STATE),
            array(results, ResultRow::countedAttempts, Integer[]::new, COUNTED_ATTEMPTS),
            array(results, ResultRow::delayMicros, Long[]::new, DELAY),
            array(results, ResultRow::error, JSONB[]::new, ERROR),
            array(results, ResultRow::metadata, JSONB[]::new, METADATA))
        .as(
            "result",
            "id",
            "attempt",
            "attempted_at",
            "state",
            "counted_attempts",
            "delay",
            "error",
            "metadata");
  }

  private static <T> Field<T[]> array(
      List<ResultRow> results,
      Function<ResultRow, ? extends @Nullable T> value,
      IntFunction<T[]> newArray,
      Field<T> column) {
    return val(
        results.stream().map(value).toArray(newArray), column.getDataType().getArrayDataType());
  }

  private static <T> Field<T> column(String column, DataType<T> type) {
    return field(name("result", column), type);
  }
}
