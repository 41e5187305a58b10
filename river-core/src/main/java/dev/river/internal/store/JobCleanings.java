package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.deleteFrom;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.lateral;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.table;
import static org.jooq.impl.DSL.val;

import dev.river.job.JobState;
import dev.river.schema.enums.RiverJobState;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Name;
import org.jooq.Record2;
import org.jooq.Record3;
import org.jooq.ResultQuery;
import org.jooq.Select;
import org.jooq.impl.SQLDataType;

/**
 * Deletes jobs that have ended. Each statement reads the index {@code river_job_finalized_idx} from
 * the place where it begins, and no jobs but those that it deletes.
 */
public final class JobCleanings {
  private static final Name HEADS = name("heads");
  private static final Field<String> QUEUE = field(name("heads", "queue"), SQLDataType.CLOB);
  private static final Field<RiverJobState> STATE =
      field(name("heads", "state"), RIVER_JOB.STATE.getDataType());
  private static final Field<Instant> FINALIZED_AT =
      field(name("heads", "finalized_at"), SQLDataType.INSTANT);

  /** Creates it. */
  public JobCleanings() {}

  /**
   * The jobs of a queue that have ended in one way.
   *
   * @param queue the queue
   * @param state how they have ended
   * @param age how long ago the first of them did, in seconds; infinite if it always had
   */
  public record Ended(String queue, JobState state, double age) {}

  /**
   * What a statement deleted.
   *
   * @param jobs how many
   * @param lastAt when the last of them had ended, as text; empty if there is none
   */
  public record Deleted(int jobs, Optional<String> lastAt) {}

  /**
   * {@return the queues and states in which jobs have ended} It costs one look at the index for
   * each of them, however many jobs there are.
   *
   * @param db where to run
   */
  public List<Ended> ended(DSLContext db) {
    return heads(db)
        .fetch(head -> new Ended(head.value1(), JobRows.toState(head.value2()), head.value3()));
  }

  /** The first job of the first queue and state, and then of each next one. */
  ResultQuery<Record3<String, RiverJobState, Double>> heads(DSLContext db) {
    // Not a difference of times: one that has always been has none.
    Field<Double> age =
        field(
            "(extract(epoch FROM {0}) - extract(epoch FROM {1}))::float8",
            SQLDataType.DOUBLE, Database.now(), FINALIZED_AT);
    var next = table(name("next"));
    return db.withRecursive(
            HEADS
                .fields("queue", "state", "finalized_at")
                .as(
                    select(
                            field(name("first", "queue"), SQLDataType.CLOB),
                            field(name("first", "state"), RIVER_JOB.STATE.getDataType()),
                            field(name("first", "finalized_at"), SQLDataType.INSTANT))
                        .from(first(noCondition()).asTable("first"))
                        .unionAll(
                            select(
                                    field(name("next", "queue"), SQLDataType.CLOB),
                                    field(name("next", "state"), RIVER_JOB.STATE.getDataType()),
                                    field(name("next", "finalized_at"), SQLDataType.INSTANT))
                                .from(table(HEADS))
                                .crossJoin(lateral(first(isBehindHead())).as(next)))))
        .select(QUEUE, STATE, age)
        .from(table(HEADS));
  }

  private static Condition isBehindHead() {
    return row(RIVER_JOB.QUEUE, RIVER_JOB.STATE).gt(row(QUEUE, STATE));
  }

  private static Select<Record3<String, RiverJobState, Instant>> first(Condition which) {
    return select(RIVER_JOB.QUEUE, RIVER_JOB.STATE, RIVER_JOB.FINALIZED_AT)
        .from(RIVER_JOB)
        .where(RIVER_JOB.FINALIZED_AT.isNotNull())
        .and(which)
        .orderBy(RIVER_JOB.QUEUE, RIVER_JOB.STATE, RIVER_JOB.FINALIZED_AT)
        .limit(inline(1));
  }

  /**
   * {@return what queues say of the retention of their jobs, as JSON, by queue}
   *
   * @param db where to run
   */
  public Map<String, String> retentions(DSLContext db) {
    return QueueRetentions.read(db);
  }

  /**
   * Deletes jobs of a queue that have ended in one way, the first of them first. Jobs that another
   * transaction is changing are passed over.
   *
   * @param db the transaction, in which statements are planned for this from now on
   * @param ended which jobs
   * @param olderThan how long ago they must have ended
   * @param from where to go on: the end of the last one deleted before, as text; empty to begin
   * @param limit how many at most
   * @return what was deleted
   */
  public Deleted delete(
      DSLContext db, Ended ended, Duration olderThan, Optional<String> from, int limit) {
    planByIndex(db);
    return deletion(db, ended, olderThan, from, limit)
        .fetchSingle(row -> new Deleted(row.value1(), Optional.ofNullable(row.value2())));
  }

  /**
   * Does as {@link #delete} does, but leaves those jobs out that the database refuses to delete.
   *
   * @param db the transaction, in which statements are planned for this from now on
   * @param ended which jobs
   * @param olderThan how long ago they must have ended
   * @param place where to go on, and what to pass over
   * @param limit how many at most
   * @param refused is told of each that can't be deleted, and why
   * @return how many were tried, and when the last of them had ended
   */
  public Deleted deleteEach(
      DSLContext db,
      Ended ended,
      Duration olderThan,
      Place place,
      int limit,
      BiConsumer<Long, RuntimeException> refused) {
    planByIndex(db);
    Map<Long, String> old =
        db.select(RIVER_JOB.ID, field("{0}::text", SQLDataType.CLOB, RIVER_JOB.FINALIZED_AT))
            .from(RIVER_JOB)
            .where(isOld(ended, olderThan, place.from()))
            .and(
                place.passedOver().isEmpty()
                    ? noCondition()
                    : JobClaims.isNoneOf(place.passedOver()))
            .orderBy(RIVER_JOB.FINALIZED_AT)
            .limit(inline(limit))
            .forUpdate()
            .skipLocked()
            .fetchMap(row -> row.value1(), row -> row.value2());
    List<Long> ids = List.copyOf(old.keySet());
    Halving.run(db, ids, some -> List.of(delete(db, some)), refused);
    Optional<String> last =
        ids.isEmpty() ? Optional.empty() : Optional.ofNullable(old.get(ids.getLast()));
    return new Deleted(ids.size(), last);
  }

  /**
   * Where to go on with deleting.
   *
   * @param from the end of the last job deleted before, as text; empty to begin
   * @param passedOver jobs that are not even tried
   */
  public record Place(Optional<String> from, Collection<Long> passedOver) {}

  private static int delete(DSLContext db, List<Long> ids) {
    return db.deleteFrom(RIVER_JOB).where(RIVER_JOB.ID.eq(any(ids.toArray(Long[]::new)))).execute();
  }

  /**
   * Where statistics are older than the last rush of jobs, PostgreSQL takes the jobs of a queue for
   * few, and would read and sort all of them for each batch.
   */
  void planByIndex(DSLContext db) {
    db.select(off("enable_seqscan"), off("enable_bitmapscan"), off("enable_sort")).fetch();
  }

  private static Field<String> off(String setting) {
    return function("set_config", SQLDataType.CLOB, inline(setting), inline("off"), inline(true));
  }

  ResultQuery<Record2<Integer, String>> deletion(
      DSLContext db, Ended ended, Duration olderThan, Optional<String> from, int limit) {
    var old =
        name("old")
            .as(
                select(RIVER_JOB.ID)
                    .from(RIVER_JOB)
                    .where(isOld(ended, olderThan, from))
                    .orderBy(RIVER_JOB.FINALIZED_AT)
                    .limit(inline(limit))
                    .forUpdate()
                    .skipLocked());
    var gone =
        name("gone")
            .as(
                deleteFrom(RIVER_JOB)
                    .where(RIVER_JOB.ID.in(select(old.field(RIVER_JOB.ID)).from(old)))
                    .returning(RIVER_JOB.FINALIZED_AT));
    Field<Instant> at = field(name("gone", "finalized_at"), SQLDataType.INSTANT);
    return db.with(old)
        .with(gone)
        .select(count(), field("{0}::text", SQLDataType.CLOB, max(at)))
        .from(gone);
  }

  private static Condition isOld(Ended ended, Duration olderThan, Optional<String> from) {
    // Rows that were deleted a moment ago are still in the index; a start behind them spares
    // walking over them again and again while a long transaction keeps vacuum from removing them.
    Condition begins =
        from.map(at -> RIVER_JOB.FINALIZED_AT.ge(val(at).cast(SQLDataType.INSTANT)))
            .orElse(noCondition());
    return RIVER_JOB
        .QUEUE
        .eq(ended.queue())
        .and(RIVER_JOB.STATE.eq(inline(JobFilters.stored(ended.state()))))
        .and(RIVER_JOB.FINALIZED_AT.lt(Database.nowMinus(olderThan)))
        .and(begins);
  }
}
