package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JAVA_PERIODIC_JOB;
import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.when;

import dev.river.query.PeriodicJobRow;
import dev.river.schema.tables.records.RiverJavaPeriodicJobRecord;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Row2;
import org.jspecify.annotations.Nullable;

/** Keeps when each periodic job that has an id is due next. */
public final class PeriodicJobStore {
  /** Creates it. */
  public PeriodicJobStore() {}

  /**
   * A periodic job whose row is locked.
   *
   * @param nextRunAt when it is due, or was
   * @param resumedAt the end of its last pause
   * @param lastJobId the job of its last run
   * @param now the database's time
   */
  public record Locked(
      Optional<Instant> nextRunAt,
      Optional<Instant> resumedAt,
      OptionalLong lastJobId,
      Instant now) {}

  /**
   * A planned run.
   *
   * @param nextRunAt when it is due
   * @param now the database's time
   */
  public record Planned(Instant nextRunAt, Instant now) {}

  /**
   * {@return the database's time}
   *
   * @param db where to run
   */
  public Instant now(DSLContext db) {
    return db.select(Database.now()).fetchSingle().value1();
  }

  /**
   * Takes up a periodic job that has no row.
   *
   * @param db where to run
   * @param id its id
   * @param schedule the text of its schedule
   * @param nextRunAt when it is due first; null for never
   * @return false if it has a row already, which stays as it is
   */
  public boolean create(DSLContext db, String id, String schedule, @Nullable Instant nextRunAt) {
    return db.insertInto(RIVER_JAVA_PERIODIC_JOB)
            .set(RIVER_JAVA_PERIODIC_JOB.ID, id)
            .set(RIVER_JAVA_PERIODIC_JOB.SCHEDULE, schedule)
            .set(RIVER_JAVA_PERIODIC_JOB.NEXT_RUN_AT, nextRunAt)
            .onConflict(RIVER_JAVA_PERIODIC_JOB.ID)
            .doNothing()
            .execute()
        == 1;
  }

  /**
   * Gives a periodic job a new schedule, unless it has that one.
   *
   * @param db where to run
   * @param id its id
   * @param schedule the text of the new schedule
   * @param nextRunAt when it is due next; null for never
   * @return whether it had another one
   */
  public boolean reschedule(
      DSLContext db, String id, String schedule, @Nullable Instant nextRunAt) {
    return db.update(RIVER_JAVA_PERIODIC_JOB)
            .set(RIVER_JAVA_PERIODIC_JOB.SCHEDULE, schedule)
            .set(RIVER_JAVA_PERIODIC_JOB.NEXT_RUN_AT, nextRunAt)
            .set(RIVER_JAVA_PERIODIC_JOB.UPDATED_AT, Database.now())
            .where(RIVER_JAVA_PERIODIC_JOB.ID.eq(id))
            .and(RIVER_JAVA_PERIODIC_JOB.SCHEDULE.ne(schedule))
            .execute()
        == 1;
  }

  /**
   * {@return the next runs of those that are not paused and have the schedules that are expected of
   * them, by id}
   *
   * @param db where to run
   * @param schedules the texts of their schedules by id
   */
  public Map<String, Planned> planned(DSLContext db, Map<String, String> schedules) {
    List<Row2<String, String>> expected =
        schedules.entrySet().stream().map(one -> row(one.getKey(), one.getValue())).toList();
    return db.select(
            RIVER_JAVA_PERIODIC_JOB.ID, RIVER_JAVA_PERIODIC_JOB.NEXT_RUN_AT, Database.now())
        .from(RIVER_JAVA_PERIODIC_JOB)
        .where(row(RIVER_JAVA_PERIODIC_JOB.ID, RIVER_JAVA_PERIODIC_JOB.SCHEDULE).in(expected))
        .and(RIVER_JAVA_PERIODIC_JOB.PAUSED_AT.isNull())
        .and(RIVER_JAVA_PERIODIC_JOB.NEXT_RUN_AT.isNotNull())
        .fetchMap(RIVER_JAVA_PERIODIC_JOB.ID, found -> new Planned(found.value2(), found.value3()));
  }

  /**
   * Locks a periodic job that is due, for as long as the transaction lasts. Waits for nobody.
   *
   * @param db the transaction
   * @param id its id
   * @param schedule the text of the schedule that is expected of it
   * @return empty if it isn't due, is paused, has another schedule, or someone else is at it
   */
  public Optional<Locked> lockDue(DSLContext db, String id, String schedule) {
    return db.select(RIVER_JAVA_PERIODIC_JOB.asterisk(), Database.now())
        .from(RIVER_JAVA_PERIODIC_JOB)
        .where(RIVER_JAVA_PERIODIC_JOB.ID.eq(id))
        .and(RIVER_JAVA_PERIODIC_JOB.SCHEDULE.eq(schedule))
        .and(RIVER_JAVA_PERIODIC_JOB.PAUSED_AT.isNull())
        .and(RIVER_JAVA_PERIODIC_JOB.NEXT_RUN_AT.le(Database.now()))
        .forUpdate()
        .skipLocked()
        .fetchOptional(
            found -> locked(found.into(RIVER_JAVA_PERIODIC_JOB), found.get(Database.now())));
  }

  private static Locked locked(RiverJavaPeriodicJobRecord stored, Instant now) {
    return new Locked(
        Optional.ofNullable(stored.getNextRunAt()),
        Optional.ofNullable(stored.getResumedAt()),
        optional(stored.getLastJobId()),
        now);
  }

  /**
   * Plans the next run of a locked periodic job.
   *
   * @param db the transaction that holds the lock
   * @param id its id
   * @param nextRunAt when it is due next; null for never
   */
  public void plan(DSLContext db, String id, @Nullable Instant nextRunAt) {
    db.update(RIVER_JAVA_PERIODIC_JOB)
        .set(RIVER_JAVA_PERIODIC_JOB.NEXT_RUN_AT, nextRunAt)
        .set(RIVER_JAVA_PERIODIC_JOB.UPDATED_AT, Database.now())
        .where(RIVER_JAVA_PERIODIC_JOB.ID.eq(id))
        .execute();
  }

  /**
   * Notes a run of a locked periodic job.
   *
   * @param db the transaction that holds the lock
   * @param id its id
   * @param runAt when it was due
   * @param jobId the run's job
   */
  public void ran(DSLContext db, String id, Instant runAt, long jobId) {
    db.update(RIVER_JAVA_PERIODIC_JOB)
        .set(RIVER_JAVA_PERIODIC_JOB.LAST_RUN_AT, runAt)
        .set(RIVER_JAVA_PERIODIC_JOB.LAST_JOB_ID, jobId)
        .set(RIVER_JAVA_PERIODIC_JOB.UPDATED_AT, Database.now())
        .where(RIVER_JAVA_PERIODIC_JOB.ID.eq(id))
        .execute();
  }

  /**
   * {@return whether a job is there and in no final state}
   *
   * @param db where to run
   * @param jobId the job
   */
  public boolean isUnfinished(DSLContext db, long jobId) {
    return db.fetchCount(
            select(RIVER_JOB.ID)
                .from(RIVER_JOB)
                .where(RIVER_JOB.ID.eq(jobId))
                .and(RIVER_JOB.FINALIZED_AT.isNull()))
        > 0;
  }

  /**
   * {@return the periodic job of an id; empty if it has no row}
   *
   * @param db where to run
   * @param id its id
   */
  public Optional<PeriodicJobRow> get(DSLContext db, String id) {
    return list(db, RIVER_JAVA_PERIODIC_JOB.ID.eq(id), 1).stream().findFirst();
  }

  /**
   * {@return periodic jobs in the database's order of their ids}
   *
   * @param db where to run
   * @param after the id after which they begin; empty for the first
   * @param limit how many at most
   */
  public List<PeriodicJobRow> list(DSLContext db, Optional<String> after, int limit) {
    return list(db, after.map(RIVER_JAVA_PERIODIC_JOB.ID::gt).orElse(noCondition()), limit);
  }

  private static List<PeriodicJobRow> list(DSLContext db, Condition which, int limit) {
    return db.selectFrom(RIVER_JAVA_PERIODIC_JOB)
        .where(which)
        .orderBy(RIVER_JAVA_PERIODIC_JOB.ID)
        .limit(limit)
        .fetch(PeriodicJobStore::toRow);
  }

  /**
   * Pauses a periodic job. One that is paused already stays so since then.
   *
   * @param db the transaction whose commit pauses it
   * @param id its id
   * @return whether it has a row
   */
  public boolean pause(DSLContext db, String id) {
    return db.update(RIVER_JAVA_PERIODIC_JOB)
            .set(
                RIVER_JAVA_PERIODIC_JOB.PAUSED_AT,
                when(RIVER_JAVA_PERIODIC_JOB.PAUSED_AT.isNull(), Database.now())
                    .otherwise(RIVER_JAVA_PERIODIC_JOB.PAUSED_AT))
            .set(RIVER_JAVA_PERIODIC_JOB.UPDATED_AT, Database.now())
            .where(RIVER_JAVA_PERIODIC_JOB.ID.eq(id))
            .execute()
        == 1;
  }

  /**
   * Lets a periodic job go on, or one that was not paused.
   *
   * @param db the transaction whose commit lets it go on
   * @param id its id
   * @return whether it has a row
   */
  public boolean resume(DSLContext db, String id) {
    return db.update(RIVER_JAVA_PERIODIC_JOB)
            .set(
                RIVER_JAVA_PERIODIC_JOB.RESUMED_AT,
                when(RIVER_JAVA_PERIODIC_JOB.PAUSED_AT.isNotNull(), Database.now())
                    .otherwise(RIVER_JAVA_PERIODIC_JOB.RESUMED_AT))
            .setNull(RIVER_JAVA_PERIODIC_JOB.PAUSED_AT)
            .set(RIVER_JAVA_PERIODIC_JOB.UPDATED_AT, Database.now())
            .where(RIVER_JAVA_PERIODIC_JOB.ID.eq(id))
            .execute()
        == 1;
  }

  /**
   * Deletes the row of a periodic job.
   *
   * @param db the transaction whose commit deletes it
   * @param id its id
   * @return whether it had one
   */
  public boolean delete(DSLContext db, String id) {
    return db.deleteFrom(RIVER_JAVA_PERIODIC_JOB).where(RIVER_JAVA_PERIODIC_JOB.ID.eq(id)).execute()
        == 1;
  }

  private static PeriodicJobRow toRow(RiverJavaPeriodicJobRecord stored) {
    return new PeriodicJobRow(
        stored.getId(),
        stored.getSchedule(),
        Optional.ofNullable(stored.getNextRunAt()),
        Optional.ofNullable(stored.getLastRunAt()),
        optional(stored.getLastJobId()),
        Optional.ofNullable(stored.getPausedAt()));
  }

  private static OptionalLong optional(@Nullable Long number) {
    return number == null ? OptionalLong.empty() : OptionalLong.of(number);
  }
}
