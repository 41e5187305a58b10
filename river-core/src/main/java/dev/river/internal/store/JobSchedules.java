package dev.river.internal.store;

import static dev.river.schema.Routines.riverJobStateInBitmask;
import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.min;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.rowNumber;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectOne;
import static org.jooq.impl.DSL.when;

import dev.river.schema.enums.RiverJobState;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** Makes jobs available whose time has come. */
public final class JobSchedules {
  private static final Field<Integer> PLACE =
      field(name("claimants", "place"), SQLDataType.INTEGER);

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
   * holds its key moves in any case. So exactly one of those that share a key survives.
   *
   * @param db where to run
   * @param limit how many at most
   * @return what was done
   */
  public Scheduled schedule(DSLContext db, int limit) {
    var due =
        name("due")
            .as(
                select(RIVER_JOB.ID)
                    .from(RIVER_JOB)
                    .where(waits())
                    .and(RIVER_JOB.SCHEDULED_AT.le(Database.now()))
                    .orderBy(RIVER_JOB.SCHEDULED_AT, RIVER_JOB.ID)
                    .limit(limit)
                    .forUpdate()
                    .skipLocked());
    var claimant = RIVER_JOB.as("claimant");
    var holder = RIVER_JOB.as("holder");
    Field<Integer> place =
        rowNumber()
            .over()
            .partitionBy(claimant.UNIQUE_KEY)
            .orderBy(claimant.PRIORITY, claimant.SCHEDULED_AT, claimant.ID);
    // The waiting jobs that would have to take their key, each with its place among those of its
    // key.
    var claimants =
        name("claimants")
            .as(
                select(claimant.ID, claimant.UNIQUE_KEY, place.as(PLACE))
                    .from(claimant)
                    .join(due)
                    .on(claimant.ID.eq(due.field(RIVER_JOB.ID)))
                    .where(claimant.UNIQUE_KEY.isNotNull())
                    .and(
                        riverJobStateInBitmask(
                                claimant.UNIQUE_STATES, inline(RiverJobState.available))
                            .isTrue())
                    .and(riverJobStateInBitmask(claimant.UNIQUE_STATES, claimant.STATE).isFalse()));
    Condition held =
        exists(
            selectOne()
                .from(holder)
                .where(holder.UNIQUE_KEY.eq(claimants.field(RIVER_JOB.UNIQUE_KEY)))
                .and(holder.UNIQUE_STATES.isNotNull())
                .and(riverJobStateInBitmask(holder.UNIQUE_STATES, holder.STATE).isTrue()));
    var losers =
        name("losers")
            .as(
                select(claimants.field(RIVER_JOB.ID))
                    .from(claimants)
                    .where(PLACE.gt(inline(1)).or(held)));
    Condition loses = RIVER_JOB.ID.in(select(losers.field(RIVER_JOB.ID)).from(losers));
    var moved =
        db.with(due, claimants, losers)
            .update(RIVER_JOB)
            .set(
                RIVER_JOB.STATE,
                when(loses, inline(RiverJobState.discarded))
                    .otherwise(inline(RiverJobState.available)))
            .set(RIVER_JOB.FINALIZED_AT, when(loses, Database.now()))
            .set(RIVER_JOB.METADATA, when(loses, lost()).otherwise(RIVER_JOB.METADATA))
            .from(due)
            .where(RIVER_JOB.ID.eq(due.field(RIVER_JOB.ID)))
            .returningResult(RIVER_JOB.QUEUE, RIVER_JOB.STATE)
            .fetch();
    Set<String> queues = new HashSet<>();
    moved.forEach(
        job -> {
          if (job.value2() == RiverJobState.available) {
            queues.add(job.value1());
          }
        });
    return new Scheduled(moved.size(), queues);
  }

  /**
   * {@return how long it is until the next waiting job is due; empty if none waits} Zero or less if
   * one is due already.
   *
   * @param db where to run
   */
  public Optional<Duration> untilNext(DSLContext db) {
    Field<Long> micros =
        field(
            "(extract(epoch from {0} - {1}) * 1000000)::bigint",
            SQLDataType.BIGINT, min(RIVER_JOB.SCHEDULED_AT), Database.now());
    return Optional.ofNullable(
            db.select(micros).from(RIVER_JOB).where(waits()).fetchSingle().value1())
        .map(next -> Duration.of(next, ChronoUnit.MICROS));
  }

  private static Condition waits() {
    return RIVER_JOB.STATE.in(inline(RiverJobState.retryable), inline(RiverJobState.scheduled));
  }

  /** The mark that every River client leaves on such a job. */
  private static Field<JSONB> lost() {
    return DSL.field(
        "{0} || {1}",
        SQLDataType.JSONB,
        RIVER_JOB.METADATA,
        inline(JSONB.valueOf("{\"unique_key_conflict\": \"scheduler_discarded\"}")));
  }
}
