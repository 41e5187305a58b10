package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JAVA_CLIENT;
import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.table;
import static org.jooq.impl.DSL.val;

import dev.river.query.FleetMember;
import dev.river.schema.tables.RiverJavaClient;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record5;
import org.jooq.ResultQuery;
import org.jooq.SelectLimitStep;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** Keeps the rows of the clients that work jobs. */
public final class ClientStore {
  /** So many clients, those that started first, look after the others beside the leader. */
  public static final int ELDERS = 3;

  /** A number can be told back exactly, unlike a time that may be infinite. */
  static final Field<Double> HEARTBEAT =
      field("extract(epoch from {0})::float8", SQLDataType.DOUBLE, RIVER_JAVA_CLIENT.HEARTBEAT_AT);

  private final AdvisoryLocks locks;

  /**
   * Creates it.
   *
   * @param locks what sessions hold
   */
  public ClientStore(AdvisoryLocks locks) {
    this.locks = locks;
  }

  /** {@return what finds clients of the same id} */
  public Namesakes namesakes() {
    return new Namesakes(locks);
  }

  /**
   * A client from its start to its stop.
   *
   * @param incarnation its row
   * @param startedAt when it started, by the database's clock
   */
  public record Registered(long incarnation, Instant startedAt) {}

  /**
   * What shows that a session lives.
   *
   * @param key the key of the lock that it holds, to be told with heartbeats
   * @param pid the session's process
   */
  public record SessionLock(int key, int pid) {}

  /**
   * Makes a row for a client that starts.
   *
   * @param db where to run
   * @param clientId the client
   */
  public Registered register(DSLContext db, String clientId) {
    return insert(db, clientId, Database.serversNow());
  }

  /**
   * Makes a new row for a client that was taken for gone but lives.
   *
   * @param db where to run
   * @param clientId the client
   * @param startedAt when it started
   */
  public Registered registerAgain(DSLContext db, String clientId, Instant startedAt) {
    return insert(db, clientId, val(startedAt));
  }

  private static Registered insert(DSLContext db, String clientId, Field<Instant> startedAt) {
    return db.insertInto(RIVER_JAVA_CLIENT)
        .set(RIVER_JAVA_CLIENT.CLIENT_ID, clientId)
        .set(RIVER_JAVA_CLIENT.STARTED_AT, startedAt)
        .returningResult(RIVER_JAVA_CLIENT.INCARNATION, RIVER_JAVA_CLIENT.STARTED_AT)
        .fetchSingle(row -> new Registered(row.value1(), row.value2()));
  }

  /**
   * Takes the lock that shows that a client's session lives.
   *
   * @param session the session
   * @param incarnation the client's row
   * @return the lock; empty if another session holds it
   */
  public Optional<SessionLock> tryLock(DSLContext session, long incarnation) {
    String purpose = "client." + incarnation;
    var lock = name("lock").as(select(locks.lockOfSession(purpose).as("taken")));
    return session
        .with(lock)
        .select(locks.key(purpose), function("pg_backend_pid", SQLDataType.INTEGER))
        .from(lock)
        .where(lock.field("taken", Boolean.class))
        .fetchOptional(row -> new SessionLock(row.value1(), row.value2()));
  }

  /**
   * Ends a former session of a client, if it still holds the client's lock.
   *
   * @param session the client's session now
   * @param incarnation the client's row
   * @param former the former one's process
   * @return whether it did
   */
  public boolean endFormerSession(DSLContext session, long incarnation, int former) {
    Field<Integer> pid = field(name("pid"), SQLDataType.INTEGER);
    return session
        .select(function("pg_terminate_backend", SQLDataType.BOOLEAN, pid))
        .from(table(name("pg_locks")))
        .where(locks.isHeldFor("client." + incarnation))
        .and(pid.eq(former))
        .fetch()
        .isNotEmpty();
  }

  /**
   * Notes that a client lives.
   *
   * @param db where to run
   * @param incarnation its row
   * @param lockKey the key of the lock that its session holds; null if it holds none
   * @return how many clients are there that started before it, {@link #ELDERS} at most; empty if it
   *     was found to be gone meanwhile, and then nothing was noted
   */
  public OptionalInt beat(DSLContext db, long incarnation, @Nullable Integer lockKey) {
    RiverJavaClient older = RIVER_JAVA_CLIENT.as("older");
    var elders =
        select(older.INCARNATION)
            .from(older)
            .where(older.INCARNATION.lt(incarnation))
            .and(older.GONE_AT.isNull())
            .and(lockKey == null ? older.LOCK_KEY.isNull() : older.LOCK_KEY.isNotNull())
            .orderBy(older.INCARNATION)
            .limit(inline(ELDERS))
            .asTable("elders");
    Field<Integer> count = field(select(count()).from(elders));
    return db
        .update(RIVER_JAVA_CLIENT)
        .set(RIVER_JAVA_CLIENT.HEARTBEAT_AT, Database.serversNow())
        .set(RIVER_JAVA_CLIENT.LOCK_KEY, lockKey)
        .setNull(RIVER_JAVA_CLIENT.SUSPECTED_AT) // clients of former versions set it
        .where(RIVER_JAVA_CLIENT.INCARNATION.eq(incarnation))
        .and(RIVER_JAVA_CLIENT.GONE_AT.isNull())
        .returningResult(count)
        .fetch(row -> row.value1())
        .stream()
        .mapToInt(Integer::intValue)
        .findFirst();
  }

  /**
   * Takes leave of a client that has stopped: removes its row, or marks it as gone if a job of it
   * still runs, which is to be rescued then. Also one that the client knows nothing of, because the
   * answer to its claim was lost.
   *
   * @param db the transaction
   * @param incarnation its row
   * @param oldest before which no attempt began that still runs
   */
  public void leave(DSLContext db, long incarnation, Instant oldest) {
    db.update(RIVER_JAVA_CLIENT)
        .set(RIVER_JAVA_CLIENT.GONE_AT, Database.serversNow())
        .where(RIVER_JAVA_CLIENT.INCARNATION.eq(incarnation))
        .execute();
    forget(db, RIVER_JAVA_CLIENT.INCARNATION.eq(incarnation), oldest);
  }

  /**
   * {@return the clients that are not known to be gone, the oldest first}
   *
   * @param db where to run
   */
  public List<FleetMember> present(DSLContext db) {
    return db.selectFrom(RIVER_JAVA_CLIENT)
        .where(RIVER_JAVA_CLIENT.GONE_AT.isNull())
        .orderBy(RIVER_JAVA_CLIENT.INCARNATION)
        .fetch(row -> new FleetMember(row.getClientId(), row.getStartedAt(), row.getHeartbeatAt()));
  }

  /**
   * What is seen of a client.
   *
   * @param incarnation its row
   * @param clientId the client
   * @param heartbeat its last heartbeat, in seconds of the server's clock: only whether it changes
   *     counts
   * @param isGone whether it was found to be gone
   * @param hasLostItsLock whether the session has ended with which it was last heard of
   */
  public record Seen(
      long incarnation,
      String clientId,
      double heartbeat,
      boolean isGone,
      boolean hasLostItsLock) {}

  /**
   * {@return all clients}
   *
   * @param db where to run
   */
  public List<Seen> everyone(DSLContext db) {
    return seen(clients(db, noCondition()));
  }

  /**
   * {@return the clients that are gone, and those that have lost their lock}
   *
   * @param db where to run
   */
  public List<Seen> inTrouble(DSLContext db) {
    return seen(clients(db, RIVER_JAVA_CLIENT.GONE_AT.isNotNull().or(hasLostItsLock())));
  }

  /**
   * {@return the clients that are gone}
   *
   * @param db where to run
   */
  public List<Seen> gone(DSLContext db) {
    return seen(clients(db, RIVER_JAVA_CLIENT.GONE_AT.isNotNull()));
  }

  /**
   * {@return the clients that are not known to be gone and started first, twice {@link #ELDERS} at
   * most: those with a session and those without have elders of their own}
   *
   * @param db where to run
   */
  public List<Seen> elders(DSLContext db) {
    // Not with a subselect: each client of a large fleet would read all rows for it.
    return seen(clients(db, RIVER_JAVA_CLIENT.GONE_AT.isNull()).limit(inline(2 * ELDERS)));
  }

  private SelectLimitStep<Record5<Long, String, Double, Boolean, Boolean>> clients(
      DSLContext db, Condition which) {
    return db.select(
            RIVER_JAVA_CLIENT.INCARNATION,
            RIVER_JAVA_CLIENT.CLIENT_ID,
            HEARTBEAT,
            field(RIVER_JAVA_CLIENT.GONE_AT.isNotNull()),
            field(hasLostItsLock()))
        .from(RIVER_JAVA_CLIENT)
        .where(which)
        .orderBy(RIVER_JAVA_CLIENT.INCARNATION);
  }

  private static List<Seen> seen(
      ResultQuery<Record5<Long, String, Double, Boolean, Boolean>> clients) {
    return clients.fetch(
        row -> new Seen(row.value1(), row.value2(), row.value3(), row.value4(), row.value5()));
  }

  /**
   * Takes a client for gone, if there is still no more to be seen of it than before: if it has sent
   * no heartbeat meanwhile, and has not got back its lock if it had lost that.
   *
   * @param db where to run
   * @param seen what was seen of it
   * @return whether it is so
   */
  public boolean declareGone(DSLContext db, Seen seen) {
    return db.update(RIVER_JAVA_CLIENT)
            .set(RIVER_JAVA_CLIENT.GONE_AT, Database.serversNow())
            .where(RIVER_JAVA_CLIENT.INCARNATION.eq(seen.incarnation()))
            .and(RIVER_JAVA_CLIENT.GONE_AT.isNull())
            .and(HEARTBEAT.eq(seen.heartbeat()))
            .and(seen.hasLostItsLock() ? hasLostItsLock() : noCondition())
            .execute()
        == 1;
  }

  private Condition hasLostItsLock() {
    return RIVER_JAVA_CLIENT
        .LOCK_KEY
        .isNotNull()
        .and(RIVER_JAVA_CLIENT.LOCK_KEY.notIn(locks.heldKeys()));
  }

  /**
   * Forgets the clients that are gone, but for those of which a job still is to be rescued.
   *
   * @param db where to run
   * @param oldest before which no attempt began that still runs
   */
  public void forgetGone(DSLContext db, Instant oldest) {
    forget(db, RIVER_JAVA_CLIENT.GONE_AT.isNotNull(), oldest);
  }

  /**
   * Forgets the former processes of a client that are gone.
   *
   * @param db where to run
   * @param clientId the client, which knows that none of their jobs is left
   */
  public void forgetFormer(DSLContext db, String clientId) {
    db.deleteFrom(RIVER_JAVA_CLIENT)
        .where(RIVER_JAVA_CLIENT.CLIENT_ID.eq(clientId))
        .and(RIVER_JAVA_CLIENT.GONE_AT.isNotNull())
        .execute();
  }

  private static void forget(DSLContext db, Condition gone, Instant oldest) {
    // Whoever else has the name: one of these jobs may have been begun by the one that is gone.
    var owed =
        select(JobRescues.OWNER)
            .from(RIVER_JOB)
            .where(JobRescues.runsSince(oldest))
            .and(JobRescues.OWNER.in(JobRescues.clients(true)));
    db.deleteFrom(RIVER_JAVA_CLIENT)
        .where(gone)
        .and(RIVER_JAVA_CLIENT.CLIENT_ID.notIn(owed))
        .execute();
  }
}
