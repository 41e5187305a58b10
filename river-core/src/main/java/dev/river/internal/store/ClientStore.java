package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JAVA_CLIENT;
import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.table;
import static org.jooq.impl.DSL.val;

import dev.river.query.FleetMember;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** Keeps the rows of the clients that work jobs. */
public final class ClientStore {
  private final AdvisoryLocks locks;

  /**
   * Creates it.
   *
   * @param locks what sessions hold
   */
  public ClientStore(AdvisoryLocks locks) {
    this.locks = locks;
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
   * @return false if it was found to be gone meanwhile; then nothing was noted
   */
  public boolean beat(DSLContext db, long incarnation, @Nullable Integer lockKey) {
    return db.update(RIVER_JAVA_CLIENT)
            .set(RIVER_JAVA_CLIENT.HEARTBEAT_AT, Database.serversNow())
            .set(RIVER_JAVA_CLIENT.LOCK_KEY, lockKey)
            .setNull(RIVER_JAVA_CLIENT.SUSPECTED_AT)
            .where(RIVER_JAVA_CLIENT.INCARNATION.eq(incarnation))
            .and(RIVER_JAVA_CLIENT.GONE_AT.isNull())
            .execute()
        == 1;
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
   * Notes that the sessions of some clients seem to have ended, because their locks are free. They
   * have to say soon that they live.
   *
   * @param db where to run
   */
  public void suspect(DSLContext db) {
    db.update(RIVER_JAVA_CLIENT)
        .set(RIVER_JAVA_CLIENT.SUSPECTED_AT, Database.serversNow())
        .where(RIVER_JAVA_CLIENT.GONE_AT.isNull())
        .and(RIVER_JAVA_CLIENT.SUSPECTED_AT.isNull())
        .and(hasLostItsLock())
        .execute();
  }

  /**
   * Takes clients for gone that have said nothing although they were under suspicion.
   *
   * @param db where to run
   * @param grace how long they had time to
   * @return the clients
   */
  public List<String> declareSuspectsGone(DSLContext db, Duration grace) {
    return declareGone(
        db,
        RIVER_JAVA_CLIENT.SUSPECTED_AT.lt(Database.serversNowMinus(grace)).and(hasLostItsLock()));
  }

  /**
   * Takes clients for gone whose heartbeats have stopped.
   *
   * @param db where to run
   * @param silence how old their last heartbeat is
   * @return the clients
   */
  public List<String> declareSilentGone(DSLContext db, Duration silence) {
    return declareGone(db, RIVER_JAVA_CLIENT.HEARTBEAT_AT.lt(Database.serversNowMinus(silence)));
  }

  private static List<String> declareGone(DSLContext db, Condition which) {
    return db.update(RIVER_JAVA_CLIENT)
        .set(RIVER_JAVA_CLIENT.GONE_AT, Database.serversNow())
        .where(RIVER_JAVA_CLIENT.GONE_AT.isNull())
        .and(which)
        .returningResult(RIVER_JAVA_CLIENT.CLIENT_ID)
        .fetch(RIVER_JAVA_CLIENT.CLIENT_ID);
  }

  private Condition hasLostItsLock() {
    return RIVER_JAVA_CLIENT
        .LOCK_KEY
        .isNotNull()
        .and(RIVER_JAVA_CLIENT.LOCK_KEY.notIn(locks.heldKeys()));
  }

  /**
   * What is known of the fleet.
   *
   * @param someAreSuspected whether some clients have not said yet that they live
   * @param someAreGone whether some clients are gone and not forgotten yet
   */
  public record Signs(boolean someAreSuspected, boolean someAreGone) {}

  /**
   * {@return what is known of the fleet}
   *
   * @param db where to run
   */
  public Signs signs(DSLContext db) {
    Field<Boolean> isGone = field(RIVER_JAVA_CLIENT.GONE_AT.isNotNull());
    Set<Boolean> found =
        db.select(isGone)
            .from(RIVER_JAVA_CLIENT)
            .where(RIVER_JAVA_CLIENT.GONE_AT.isNotNull())
            .or(RIVER_JAVA_CLIENT.SUSPECTED_AT.isNotNull())
            .fetchSet(isGone);
    return new Signs(found.contains(false), found.contains(true));
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

  private static void forget(DSLContext db, Condition gone, Instant oldest) {
    var owed =
        select(JobRescues.OWNER)
            .from(RIVER_JOB)
            .where(JobRescues.runsSince(oldest))
            .and(JobRescues.isOrphan());
    db.deleteFrom(RIVER_JAVA_CLIENT)
        .where(gone)
        .and(RIVER_JAVA_CLIENT.CLIENT_ID.notIn(owed))
        .execute();
  }
}
