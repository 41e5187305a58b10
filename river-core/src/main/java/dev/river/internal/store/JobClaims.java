package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static dev.river.schema.Tables.RIVER_QUEUE;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.least;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.param;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectCount;
import static org.jooq.impl.DSL.val;

import dev.river.internal.codec.JsonCodec;
import dev.river.job.JobRow;
import dev.river.schema.enums.RiverJobState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Query;
import org.jooq.Record1;
import org.jooq.Select;
import org.jooq.SelectConditionStep;
import org.jooq.WithStep;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * Claims jobs for a client: from then on they are its to work, and nobody else's. What is large of
 * them is not read by that, see {@link JobContents}.
 */
public final class JobClaims {
  /** By priority, then by time, then by number. */
  public static final Comparator<JobRow> WORK_ORDER =
      Comparator.comparingInt(JobRow::priority)
          .thenComparing(JobRow::scheduledAt)
          .thenComparingLong(JobRow::id);

  /** That of the column's type. */
  static final int HIGHEST_ATTEMPT = Short.MAX_VALUE;

  private static final KeptStatement CLAIM = new KeptStatement(JobClaims::claim);

  private final JobRows rows;

  /** Creates it. */
  public JobClaims(JsonCodec codec) {
    this.rows = JobRows.small(codec);
  }

  /**
   * Claims due jobs of a queue, unless that is paused: each begins its next attempt. Jobs that
   * another client is claiming at the same time are passed over.
   *
   * @param db where to run
   * @param queue the queue
   * @param clientId the client that will work them
   * @param limit how many at most
   * @return the claimed jobs in the order in which they are to be worked: by priority, then by
   *     time, then by number
   */
  public List<JobRow> claim(DSLContext db, String queue, String clientId, int limit) {
    return sorted(
        CLAIM.fetch(
            db,
            Map.of("queue", queue, "unpaused", queue, "limit", limit, "client", clientId),
            rows));
  }

  private static Query claim() {
    // A CTE, not a subquery: the planner may run a subquery's LIMIT more than once.
    var due =
        name("due")
            .as(
                due(param("queue", RIVER_JOB.QUEUE), param("unpaused", RIVER_JOB.QUEUE))
                    .orderBy(RIVER_JOB.PRIORITY, RIVER_JOB.SCHEDULED_AT, RIVER_JOB.ID)
                    .limit(param("limit", SQLDataType.INTEGER))
                    .forUpdate()
                    .skipLocked());
    return claim(DSL.with(due), due, param("client", SQLDataType.CLOB));
  }

  /**
   * Does as {@link #claim(DSLContext, String, String, int)} does, but in some stretches of the
   * queue only, those of the first before those of the next. What lies before a stretch is not even
   * passed over.
   *
   * @param db where to run
   * @param queue the queue
   * @param clientId the client that will work them
   * @param limit how many at most
   * @param stretches at least one, at most one of each priority
   * @return the claimed jobs in the order in which they are to be worked
   */
  public List<JobRow> claimWithin(
      DSLContext db, String queue, String clientId, int limit, List<QueueStretch> stretches) {
    List<CommonTableExpression<Record1<Long>>> parts = new ArrayList<>();
    Field<Integer> left = val(limit);
    for (QueueStretch stretch : stretches) {
      var part = name("due_" + stretch.priority()).as(dueWithin(queue, stretch, left));
      parts.add(part);
      left = left.minus(field(selectCount().from(part)));
    }
    var due =
        name("due")
            .as(parts.stream().map(JobClaims::numbersOf).reduce(Select::unionAll).orElseThrow());
    return sorted(DirectRows.fetch(db, claim(db.with(parts).with(due), due, val(clientId)), rows));
  }

  /**
   * Does as {@link #claim(DSLContext, String, String, int)} does, but passes over some jobs.
   *
   * @param db where to run
   * @param queue the queue
   * @param clientId the client that will work them
   * @param limit how many at most
   * @param passedOver which jobs
   * @return the claimed jobs in the order in which they are to be worked
   */
  public List<JobRow> claimPassingOver(
      DSLContext db, String queue, String clientId, int limit, PassedOver passedOver) {
    var due =
        name("due")
            .as(
                due(val(queue), val(queue))
                    .and(passedOver.isNot())
                    .orderBy(RIVER_JOB.PRIORITY, RIVER_JOB.SCHEDULED_AT, RIVER_JOB.ID)
                    .limit(limit)
                    .forUpdate()
                    .skipLocked());
    return sorted(DirectRows.fetch(db, claim(db.with(due), due, val(clientId)), rows));
  }

  /**
   * Jobs that a claim passes over.
   *
   * @param ids some by their numbers
   * @param large whether all whose arguments or metadata are large
   */
  public record PassedOver(Collection<Long> ids, boolean large) {
    private Condition isNot() {
      Condition other = ids.isEmpty() ? noCondition() : isNoneOf(ids);
      return large ? other.and(JobRows.isSmall()) : other;
    }
  }

  private static Select<Record1<Long>> dueWithin(
      String queue, QueueStretch stretch, Field<Integer> limit) {
    return due(val(queue), val(queue))
        .and(stretch.contains())
        .orderBy(RIVER_JOB.SCHEDULED_AT, RIVER_JOB.ID)
        .limit(limit)
        .forUpdate()
        .skipLocked();
  }

  private static Select<Record1<Long>> numbersOf(CommonTableExpression<Record1<Long>> part) {
    return select(part.field(RIVER_JOB.ID)).from(part);
  }

  /** The state is inlined, so that a prepared statement can use the partial index. */
  private static SelectConditionStep<Record1<Long>> due(
      Field<String> queue, Field<String> unpaused) {
    return select(RIVER_JOB.ID).from(RIVER_JOB).where(isDue(queue)).and(isNotPaused(unpaused));
  }

  /**
   * A client may not have heard of a pause yet. As jobs that were stored after it are not seen by
   * what began before it, none of them is claimed.
   */
  static Condition isNotPaused(Field<String> queue) {
    return field(select(RIVER_QUEUE.PAUSED_AT).from(RIVER_QUEUE).where(RIVER_QUEUE.NAME.eq(queue)))
        .isNull();
  }

  static Condition isDue(String queue) {
    return isDue(val(queue));
  }

  private static Condition isDue(Field<String> queue) {
    return RIVER_JOB
        .STATE
        .eq(inline(RiverJobState.available))
        .and(RIVER_JOB.QUEUE.eq(queue))
        .and(RIVER_JOB.SCHEDULED_AT.le(Database.now()));
  }

  /**
   * Claims one job that waits, whether its time has come or not.
   *
   * @param db where to run
   * @param id the job
   * @param clientId the client that will work it
   * @return the claimed job; empty if there is none of this number that waits
   */
  public Optional<JobRow> claimOne(DSLContext db, long id, String clientId) {
    var due =
        name("due")
            .as(
                select(RIVER_JOB.ID)
                    .from(RIVER_JOB)
                    .where(RIVER_JOB.ID.eq(id))
                    .and(
                        RIVER_JOB.STATE.in(
                            inline(RiverJobState.available),
                            inline(RiverJobState.pending),
                            inline(RiverJobState.retryable),
                            inline(RiverJobState.scheduled)))
                    .forUpdate());
    return DirectRows.fetchOptional(db, claim(db.with(due), due, val(clientId)), rows);
  }

  private static Query claim(
      WithStep with, CommonTableExpression<Record1<Long>> due, Field<String> client) {
    return with.update(RIVER_JOB)
        .set(RIVER_JOB.STATE, inline(RiverJobState.running))
        .set(RIVER_JOB.ATTEMPT, nextAttempt())
        .set(RIVER_JOB.ATTEMPTED_AT, Database.now())
        .set(RIVER_JOB.ATTEMPTED_BY, attemptedByAlso(client))
        .where(JobKeys.isOneOf(RIVER_JOB.ID, numbersOf(due)))
        .returningResult(JobRows.smallColumns());
  }

  /** The number of an attempt can't grow for ever; the last one is repeated. */
  static Field<Integer> nextAttempt() {
    return least(RIVER_JOB.ATTEMPT.plus(inline(1)), inline(HIGHEST_ATTEMPT));
  }

  private static List<JobRow> sorted(List<JobRow> claimed) {
    claimed.sort(WORK_ORDER);
    return claimed;
  }

  /**
   * Jobs that a client has claimed and does not know of.
   *
   * @param clientId the client
   * @param known the numbers of the jobs that it knows of
   */
  public record UnknownTo(String clientId, Collection<Long> known) {}

  /**
   * {@return the jobs that a client has claimed and does not know of} There are such jobs after a
   * connection broke between the commit of a claim and its answer.
   *
   * @param db where to run
   * @param queue the queue
   * @param search which jobs
   * @param limit how many at most
   */
  public List<JobRow> claimedUnknown(DSLContext db, String queue, UnknownTo search, int limit) {
    var unknown =
        db.select(JobRows.smallColumns())
            .from(RIVER_JOB)
            .where(isUnknown(queue, search))
            .orderBy(RIVER_JOB.PRIORITY, RIVER_JOB.SCHEDULED_AT, RIVER_JOB.ID)
            .limit(limit);
    return DirectRows.fetch(db, unknown, rows);
  }

  static Condition isUnknown(String queue, UnknownTo search) {
    return JobRescues.RUNS
        .and(RIVER_JOB.ATTEMPTED_AT.isNotNull()) // as the index of running jobs has them
        .and(RIVER_JOB.QUEUE.eq(queue))
        .and(newestAttemptIsOf(search.clientId()))
        .and(isNoneOf(search.known()));
  }

  static Condition isNoneOf(Collection<Long> ids) {
    return RIVER_JOB.ID.ne(DSL.all(val(ids.toArray(Long[]::new))));
  }

  /** {@return whether the newest attempt of a job was begun by a client; by nobody if it is ""} */
  static Condition newestAttemptIsOf(String clientId) {
    return newestAttemptIsOf(val(clientId, SQLDataType.CLOB));
  }

  static Condition newestAttemptIsOf(Field<String> clientId) {
    return DSL.condition(
        "coalesce({0}[cardinality({0})], '') = {1}", RIVER_JOB.ATTEMPTED_BY, clientId);
  }

  /**
   * Keeps the newest 100 clients, as River does; none of an array of a shape that no client writes,
   * which would hide the newest one. An array's slice is beyond jOOQ's language. What {@code ||}
   * makes is stored in the short form of small values, unlike what {@code array_append} makes: so
   * the bytes from the arguments on are the same when the job ends, and an update within a page
   * writes only what differs to the WAL.
   */
  private static Field<String[]> attemptedByAlso(Field<String> client) {
    return DSL.field(
        "(CASE WHEN array_ndims({0}) > 1 THEN '{}' ELSE {0} END)[greatest(cardinality({0}) - 98, 1):] || array[{1}]",
        RIVER_JOB.ATTEMPTED_BY.getDataType(), RIVER_JOB.ATTEMPTED_BY, client);
  }
}
