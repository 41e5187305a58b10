package dev.river.internal.store;

import static dev.river.schema.Routines.riverJobStateInBitmask;
import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.greatest;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.min;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.rowNumber;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.when;

import dev.river.job.JobState;
import dev.river.schema.enums.RiverJobState;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.Name;
import org.jooq.Record1;
import org.jooq.Record3;
import org.jooq.Select;
import org.jooq.WithStep;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** Makes jobs available whose time has come. */
public final class JobSchedules {
  private static final Name DUE = name("due");
  private static final Field<Long> DUE_ID = field(DUE.append("id"), SQLDataType.BIGINT);

  private static final Name CLAIMANTS = name("claimants");
  private static final Field<Long> CLAIMANT_ID = field(CLAIMANTS.append("id"), SQLDataType.BIGINT);
  private static final Field<byte[]> CLAIMANT_KEY =
      field(CLAIMANTS.append("unique_key"), SQLDataType.BLOB);
  private static final Field<Integer> CLAIMANT_PLACE =
      field(CLAIMANTS.append("place"), SQLDataType.INTEGER);

  private static final Name LOSERS = name("losers");
  private static final Field<Long> LOSER_ID = field(LOSERS.append("id"), SQLDataType.BIGINT);

  /** Creates it. */
  public JobSchedules() {}

  /**
   * What one pass did.
   *
   * @param moved how many jobs it took out of waiting
   * @param queues the queues that have work now
   */
  public record Scheduled(int moved, Set<String> queues) {}

  /**
   * Moves waiting jobs that are due: to available, or to discarded where another job holds their
   * unique key. Jobs that another client is moving at the same time are passed over.
   *
   * <p>A job whose mask leaves out the state it waits in does not hold its key while it waits. Of
   * such jobs at most one may move, the first of them, and only if nobody holds the key; a job that
   * holds its key moves in any case. So exactly one of those that share a key survives. The others
   * don't hold it from then on, even if their mask says so of discarded jobs.
   *
   * @param db where to run
   * @param limit how many at most
   * @return what was done
   */
  public Scheduled schedule(DSLContext db, int limit) {
    return schedule(db, due(limit, List.of()));
  }

  /**
   * Does as {@link #schedule(DSLContext, int)} does, but leaves those jobs out that the database
   * refuses to move.
   *
   * @param db the transaction
   * @param limit how many at most
   * @param passedOver jobs that are not even tried
   * @param refused is told of each that can't be moved, and why
   */
  public Scheduled scheduleEach(
      DSLContext db,
      int limit,
      Collection<Long> passedOver,
      BiConsumer<Long, RuntimeException> refused) {
    List<Long> ids = db.fetch(due(limit, passedOver)).getValues(RIVER_JOB.ID);
    List<Scheduled> done =
        Halving.run(db, ids, some -> List.of(schedule(db, isWaiting(some))), refused);
    Set<String> queues = new HashSet<>();
    done.forEach(some -> queues.addAll(some.queues()));
    return new Scheduled(done.stream().mapToInt(Scheduled::moved).sum(), queues);
  }

  private static Select<Record1<Long>> isWaiting(List<Long> ids) {
    return select(RIVER_JOB.ID)
        .from(RIVER_JOB)
        .where(RIVER_JOB.ID.eq(any(ids.toArray(Long[]::new))))
        .and(waits());
  }

  private static Scheduled schedule(DSLContext db, Select<Record1<Long>> due) {
    Condition loses = loses();
    Set<String> queues = new HashSet<>();
    int moved =
        withLosers(db, due, RiverJobState.available)
            .update(RIVER_JOB)
            .set(
                RIVER_JOB.STATE,
                when(loses, inline(RiverJobState.discarded))
                    .otherwise(inline(RiverJobState.available)))
            .set(RIVER_JOB.FINALIZED_AT, when(loses, Database.now()))
            .set(RIVER_JOB.METADATA, when(loses, markedAsLoser()).otherwise(RIVER_JOB.METADATA))
            .set(RIVER_JOB.UNIQUE_STATES, statesWithout(loses, JobState.DISCARDED))
            .where(isDue())
            .returningResult(RIVER_JOB.QUEUE, RIVER_JOB.STATE)
            .fetch(
                job -> job.value2() == RiverJobState.available ? queues.add(job.value1()) : false)
            .size();
    return new Scheduled(moved, queues);
  }

  /**
   * {@return the beginning of a statement that knows which jobs are due and which of them lose}
   *
   * @param db where to run
   * @param due the jobs
   * @param target the state that they are to get
   */
  static WithStep withLosers(DSLContext db, Select<Record1<Long>> due, RiverJobState target) {
    return db.with(DUE.as(due)).with(CLAIMANTS.as(claimants(target))).with(LOSERS.as(losers()));
  }

  /** {@return the mask of a job, without a state if it must not take its key in that} */
  static Field<String> statesWithout(Condition loses, JobState state) {
    return when(loses, StateMask.without(RIVER_JOB.UNIQUE_STATES, state))
        .otherwise(RIVER_JOB.UNIQUE_STATES);
  }

  /** {@return whether a job is one of those that are due} */
  static Condition isDue() {
    return isDue(RIVER_JOB.ID);
  }

  private static Condition isDue(Field<Long> id) {
    return JobKeys.isOneOf(id, select(DUE_ID).from(DUE));
  }

  /** {@return whether a due job would have to take a unique key that is not its to take} */
  static Condition loses() {
    return RIVER_JOB.ID.in(select(LOSER_ID).from(LOSERS));
  }

  private static Select<Record1<Long>> due(int limit, Collection<Long> passedOver) {
    return select(RIVER_JOB.ID)
        .from(RIVER_JOB)
        .where(waits())
        .and(passedOver.isEmpty() ? noCondition() : JobClaims.isNoneOf(passedOver))
        .and(RIVER_JOB.SCHEDULED_AT.le(Database.now()))
        .orderBy(RIVER_JOB.SCHEDULED_AT, RIVER_JOB.ID)
        .limit(limit)
        .forUpdate()
        .skipLocked();
  }

  /** The due jobs that would have to take their key, each with its place among those of its key. */
  private static Select<Record3<Long, byte[], Integer>> claimants(RiverJobState target) {
    var waiting = RIVER_JOB.as("waiting");
    return select(
            waiting.ID,
            waiting.UNIQUE_KEY,
            rowNumber()
                .over()
                .partitionBy(waiting.UNIQUE_KEY)
                .orderBy(waiting.PRIORITY, waiting.SCHEDULED_AT, waiting.ID)
                .as(CLAIMANT_PLACE.getUnqualifiedName()))
        .from(waiting)
        .where(isDue(waiting.ID))
        .and(waiting.UNIQUE_KEY.isNotNull())
        .and(holdsKeyIn(waiting.UNIQUE_STATES, inline(target)))
        .andNot(holdsKeyIn(waiting.UNIQUE_STATES, waiting.STATE));
  }

  private static Select<Record1<Long>> losers() {
    var holder = RIVER_JOB.as("holder");
    // IN, not EXISTS: jOOQ has changed the signature of exists(...) between 3.19 and 3.21.
    return select(CLAIMANT_ID)
        .from(CLAIMANTS)
        .where(CLAIMANT_PLACE.gt(inline(1)))
        .or(
            CLAIMANT_KEY.in(
                select(holder.UNIQUE_KEY)
                    .from(holder)
                    .where(holder.UNIQUE_KEY.eq(CLAIMANT_KEY))
                    .and(holder.UNIQUE_STATES.isNotNull())
                    .and(holdsKeyIn(holder.UNIQUE_STATES, holder.STATE))));
  }

  private static Condition holdsKeyIn(Field<String> mask, Field<RiverJobState> state) {
    return condition(riverJobStateInBitmask(mask, state));
  }

  /**
   * {@return how long it is until the next waiting job is due; empty if none waits} Zero or less if
   * one is due already.
   *
   * @param db where to run
   */
  public Optional<Duration> untilNext(DSLContext db) {
    Field<Instant> first = min(RIVER_JOB.SCHEDULED_AT);
    Field<Instant> finite = greatest(first, Database.nowMinus(Duration.ofDays(1)));
    Field<Long> micros =
        field(
            "(extract(epoch from {0} - {1}) * 1000000)::bigint",
            SQLDataType.BIGINT,
            when(first.isNotNull(), finite), // of NULL and a time, greatest is the time
            Database.now());
    return Optional.ofNullable(
            db.select(micros)
                .from(RIVER_JOB)
                .where(waits())
                .and(RIVER_JOB.SCHEDULED_AT.lt(Database.nowPlus(Duration.ofDays(1)))) // no infinity
                .fetchSingle()
                .value1())
        .map(next -> Duration.of(next, ChronoUnit.MICROS));
  }

  /**
   * {@return when the next job of some queues is due that is not due yet; empty if there is none}
   *
   * @param db where to run
   * @param queues the queues
   */
  public Optional<Instant> nextDueAt(DSLContext db, Collection<String> queues) {
    return Optional.ofNullable(
        db.select(min(RIVER_JOB.SCHEDULED_AT))
            .from(RIVER_JOB)
            .where(waits().or(RIVER_JOB.STATE.eq(inline(RiverJobState.available))))
            .and(RIVER_JOB.QUEUE.in(queues))
            .and(RIVER_JOB.SCHEDULED_AT.gt(Database.now()))
            .and(RIVER_JOB.SCHEDULED_AT.lt(inline(JobRows.LAST_READABLE)))
            .fetchSingle()
            .value1());
  }

  private static Condition waits() {
    return RIVER_JOB.STATE.in(inline(RiverJobState.retryable), inline(RiverJobState.scheduled));
  }

  /** The mark that every River client leaves on such a job. */
  private static Field<JSONB> markedAsLoser() {
    return DSL.field(
        "{0} || {1}",
        SQLDataType.JSONB,
        RIVER_JOB.METADATA,
        inline(JSONB.valueOf("{\"unique_key_conflict\": \"scheduler_discarded\"}")));
  }
}
