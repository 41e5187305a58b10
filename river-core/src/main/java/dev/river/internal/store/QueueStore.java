package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_QUEUE;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.val;
import static org.jooq.impl.DSL.when;

import dev.river.internal.codec.Control;
import dev.river.internal.codec.JsonCodec;
import dev.river.query.Queue;
import dev.river.schema.tables.records.RiverQueueRecord;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.Record1;
import org.jooq.impl.SQLDataType;

/** Looks queues up, changes them, and tells the producers of all clients when that commits. */
public final class QueueStore {
  /** Stands for every queue. */
  public static final String ALL = "*";

  private static final Field<Boolean> IS_PAUSED = field(RIVER_QUEUE.PAUSED_AT.isNotNull());

  private final JsonCodec codec;
  private final Notifications notifications;

  /**
   * Creates it.
   *
   * @param codec writes metadata
   * @param notifications tells producers
   */
  public QueueStore(JsonCodec codec, Notifications notifications) {
    this.codec = codec;
    this.notifications = notifications;
  }

  /**
   * {@return the queue of a name; empty if there is none}
   *
   * @param db where to run
   * @param name the queue
   */
  public Optional<Queue> get(DSLContext db, String name) {
    return db.selectFrom(RIVER_QUEUE)
        .where(RIVER_QUEUE.NAME.eq(name))
        .fetchOptional(QueueStore::toQueue);
  }

  /**
   * {@return queues in the database's order of their names}
   *
   * @param db where to run
   * @param after the name after which they begin; empty for the first
   * @param limit how many at most
   */
  public List<Queue> list(DSLContext db, Optional<String> after, int limit) {
    return db.selectFrom(RIVER_QUEUE)
        .where(after.map(RIVER_QUEUE.NAME::gt).orElse(noCondition()))
        .orderBy(RIVER_QUEUE.NAME)
        .limit(limit)
        .fetch(QueueStore::toQueue);
  }

  /**
   * Pauses a queue, which need not have a row yet. One that is paused already stays so since then.
   *
   * @param db the transaction whose commit pauses it
   * @param name the queue
   */
  public void pause(DSLContext db, String name) {
    db.insertInto(RIVER_QUEUE)
        .set(RIVER_QUEUE.NAME, name)
        .set(RIVER_QUEUE.PAUSED_AT, Database.now())
        .onConflict(RIVER_QUEUE.NAME)
        .doUpdate()
        .set(RIVER_QUEUE.PAUSED_AT, Database.now())
        .set(RIVER_QUEUE.UPDATED_AT, Database.now())
        .where(RIVER_QUEUE.PAUSED_AT.isNull())
        .execute();
    notifications.control(db, new Control.Pause(name));
  }

  /**
   * Pauses all queues.
   *
   * @param db the transaction whose commit pauses them
   */
  public void pauseAll(DSLContext db) {
    var running = locked(RIVER_QUEUE.PAUSED_AT.isNull());
    db.with(running)
        .update(RIVER_QUEUE)
        .set(RIVER_QUEUE.PAUSED_AT, Database.now())
        .set(RIVER_QUEUE.UPDATED_AT, Database.now())
        .from(running)
        .where(RIVER_QUEUE.NAME.eq(running.field(RIVER_QUEUE.NAME)))
        .execute();
    notifications.control(db, new Control.Pause(ALL));
  }

  /**
   * Lets a queue go on, or one that was not paused.
   *
   * @param db the transaction whose commit lets it go on
   * @param name the queue
   * @return whether there is such a queue
   */
  public boolean resume(DSLContext db, String name) {
    boolean exists = resume(db, RIVER_QUEUE.NAME.eq(name)) > 0;
    if (exists) {
      notifications.control(db, new Control.Resume(name));
    }
    return exists;
  }

  /**
   * Lets all queues go on.
   *
   * @param db the transaction whose commit lets them go on
   */
  public void resumeAll(DSLContext db) {
    resume(db, RIVER_QUEUE.PAUSED_AT.isNotNull());
    notifications.control(db, new Control.Resume(ALL));
  }

  private static int resume(DSLContext db, Condition which) {
    var locked = locked(which);
    return db.with(locked)
        .update(RIVER_QUEUE)
        .set(
            RIVER_QUEUE.UPDATED_AT,
            when(RIVER_QUEUE.PAUSED_AT.isNull(), RIVER_QUEUE.UPDATED_AT).otherwise(Database.now()))
        .setNull(RIVER_QUEUE.PAUSED_AT)
        .from(locked)
        .where(RIVER_QUEUE.NAME.eq(locked.field(RIVER_QUEUE.NAME)))
        .execute();
  }

  /** Locks rows in the order of their names, so that two that change several don't deadlock. */
  private static CommonTableExpression<Record1<String>> locked(Condition which) {
    return name("locked")
        .as(
            select(RIVER_QUEUE.NAME)
                .from(RIVER_QUEUE)
                .where(which)
                .orderBy(RIVER_QUEUE.NAME)
                .forUpdate());
  }

  /**
   * Replaces what is kept with a queue, but for what River's own clients keep there.
   *
   * @param db the transaction whose commit replaces it
   * @param name the queue
   * @param metadata values by name
   * @return the queue as it is then; empty if there is none
   */
  public Optional<Queue> setMetadata(DSLContext db, String name, Map<String, ?> metadata) {
    JSONB json = JSONB.valueOf(codec.encodeMetadata(metadata));
    Optional<Queue> changed =
        db.update(RIVER_QUEUE)
            .set(RIVER_QUEUE.METADATA, field("{0} || {1}", JSONB.class, reserved(), val(json)))
            .set(RIVER_QUEUE.UPDATED_AT, Database.now())
            .where(RIVER_QUEUE.NAME.eq(name))
            .returning()
            .fetchOptional(QueueStore::toQueue);
    changed.ifPresent(
        queue -> notifications.control(db, new Control.MetadataChanged(name, queue.metadata())));
    return changed;
  }

  /** Another client may have stored something else than an object. */
  private static Field<JSONB> reserved() {
    return field(
        "CASE WHEN jsonb_typeof({0}) = 'object'"
            + " THEN (SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each({0})"
            + " WHERE starts_with(key, 'river:')) ELSE '{}' END",
        SQLDataType.JSONB, RIVER_QUEUE.METADATA);
  }

  /**
   * {@return which of some queues have a row, and whether they are paused} Waits for nobody.
   *
   * @param db where to run
   * @param names the queues
   */
  public Map<String, Boolean> paused(DSLContext db, Collection<String> names) {
    return db.select(RIVER_QUEUE.NAME, IS_PAUSED)
        .from(RIVER_QUEUE)
        .where(RIVER_QUEUE.NAME.in(names))
        .fetchMap(RIVER_QUEUE.NAME, IS_PAUSED);
  }

  /**
   * A queue that a client works.
   *
   * @param name the queue
   * @param paused whether the client holds it for paused
   * @param retention what the client says of the retention of its jobs, as JSON; empty for nothing
   */
  public record Worked(String name, boolean paused, Optional<String> retention) {}

  /**
   * Makes rows for queues that have none.
   *
   * @param db where to run
   * @param queues the queues
   * @return the queues whose rows were made; the others have rows of someone else's
   */
  public Set<String> create(DSLContext db, Collection<Worked> queues) {
    var insert =
        db.insertInto(RIVER_QUEUE, RIVER_QUEUE.NAME, RIVER_QUEUE.PAUSED_AT, RIVER_QUEUE.METADATA);
    for (Worked queue : inOrder(queues)) {
      insert =
          insert.values(
              val(queue.name()),
              when(val(queue.paused()).isTrue(), Database.now()),
              QueueRetentions.ofNew(queue.retention()));
    }
    return insert
        .onConflict(RIVER_QUEUE.NAME)
        .doNothing()
        .returningResult(RIVER_QUEUE.NAME)
        .fetchSet(RIVER_QUEUE.NAME);
  }

  /** In one order, so that two clients don't wait for each other. */
  private static List<Worked> inOrder(Collection<Worked> queues) {
    return queues.stream().sorted(Comparator.comparing(Worked::name)).toList();
  }

  /**
   * Notes that some queues are worked, and how long their jobs are to be kept. Those that someone
   * is changing are left for another time.
   *
   * @param db where to run
   * @param queues the queues
   * @return the queues of which it is noted
   */
  public Set<String> touch(DSLContext db, Collection<Worked> queues) {
    var free =
        name("free")
            .as(
                select(RIVER_QUEUE.NAME)
                    .from(RIVER_QUEUE)
                    .where(RIVER_QUEUE.NAME.in(queues.stream().map(Worked::name).toList()))
                    .forUpdate()
                    .skipLocked());
    return db.with(free)
        .update(RIVER_QUEUE)
        .set(RIVER_QUEUE.UPDATED_AT, Database.now())
        .set(RIVER_QUEUE.METADATA, QueueRetentions.ofWorked(queues))
        .from(free)
        .where(RIVER_QUEUE.NAME.eq(free.field(RIVER_QUEUE.NAME)))
        .returningResult(RIVER_QUEUE.NAME)
        .fetchSet(RIVER_QUEUE.NAME);
  }

  private static Queue toQueue(RiverQueueRecord stored) {
    return new Queue(
        stored.getName(),
        stored.getCreatedAt(),
        stored.getUpdatedAt(),
        Optional.ofNullable(stored.getPausedAt()),
        stored.getMetadata().data());
  }
}
