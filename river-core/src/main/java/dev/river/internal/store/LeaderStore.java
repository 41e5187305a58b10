package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JAVA_CLIENT;
import static dev.river.schema.Tables.RIVER_JAVA_LEADER;
import static org.jooq.impl.DSL.excluded;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.table;
import static org.jooq.impl.DSL.val;

import dev.river.query.Leader;
import java.util.Optional;
import java.util.OptionalInt;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record1;
import org.jooq.Select;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** Makes one client the leader: the one whose session holds the lock. */
public final class LeaderStore {
  private static final String LEADER = "default";
  private static final String LOCK = "leader";
  private static final Field<Boolean> TAKEN = field(name("lock", "taken"), SQLDataType.BOOLEAN);
  private static final Field<Integer> PID = function("pg_backend_pid", SQLDataType.INTEGER);

  private final AdvisoryLocks locks;
  private final Notifications notifications;

  /**
   * Creates it.
   *
   * @param locks holds the lock
   * @param notifications tells the other clients when the leader resigns
   */
  public LeaderStore(AdvisoryLocks locks, Notifications notifications) {
    this.locks = locks;
    this.notifications = notifications;
  }

  /**
   * Takes the lock of the leader for a session, until it ends or resigns. Waits for nothing.
   *
   * @param session the session
   * @return the session's process; empty if another one holds the lock
   */
  public OptionalInt tryLock(DSLContext session) {
    var lock = name("lock").as(select(locks.lockOfSession(LOCK).as("taken")));
    return session.with(lock).select(PID).from(lock).where(TAKEN).fetch(PID).stream()
        .mapToInt(Integer::intValue)
        .findFirst();
  }

  /**
   * Begins the term of a leader.
   *
   * @param db where to run
   * @param clientId the client
   * @param session the process of its session
   * @return its term; empty if its session doesn't hold the lock any more
   */
  public Optional<Long> beginTerm(DSLContext db, String clientId, int session) {
    return db.insertInto(
            RIVER_JAVA_LEADER,
            RIVER_JAVA_LEADER.NAME,
            RIVER_JAVA_LEADER.TERM,
            RIVER_JAVA_LEADER.CLIENT_ID,
            RIVER_JAVA_LEADER.BACKEND_PID)
        .select(
            select(inline(LEADER), inline(1L), val(clientId), val(session))
                .where(val(session).in(holder())))
        .onConflict(RIVER_JAVA_LEADER.NAME)
        .doUpdate()
        .set(RIVER_JAVA_LEADER.TERM, RIVER_JAVA_LEADER.TERM.plus(1))
        .set(RIVER_JAVA_LEADER.CLIENT_ID, excluded(RIVER_JAVA_LEADER.CLIENT_ID))
        .set(RIVER_JAVA_LEADER.BACKEND_PID, excluded(RIVER_JAVA_LEADER.BACKEND_PID))
        .set(RIVER_JAVA_LEADER.ELECTED_AT, Database.serversNow())
        .returningResult(RIVER_JAVA_LEADER.TERM)
        .fetchOptional(RIVER_JAVA_LEADER.TERM);
  }

  /**
   * Frees the lock of the leader, which the session holds.
   *
   * @param session the session
   */
  public void unlock(DSLContext session) {
    session.select(locks.unlockOfSession(LOCK)).fetch();
  }

  /**
   * Tells all clients that there is no leader any more.
   *
   * @param session where to run
   * @param clientId who led
   */
  public void announceResignation(DSLContext session, String clientId) {
    notifications.resigned(session, clientId);
  }

  /**
   * {@return whether a term has not ended} It doesn't end before the transaction does.
   *
   * @param db the transaction
   * @param term the term
   */
  public static boolean isTerm(DSLContext db, long term) {
    return db.select(RIVER_JAVA_LEADER.TERM)
        .from(RIVER_JAVA_LEADER)
        .where(RIVER_JAVA_LEADER.TERM.eq(term))
        .forShare()
        .fetch()
        .isNotEmpty();
  }

  /**
   * {@return the leader; empty if nobody leads}
   *
   * @param db where to run
   */
  public Optional<Leader> current(DSLContext db) {
    return db.selectFrom(RIVER_JAVA_LEADER)
        .where(RIVER_JAVA_LEADER.BACKEND_PID.in(holder()))
        .fetchOptional(row -> new Leader(row.getClientId(), row.getTerm(), row.getElectedAt()));
  }

  /**
   * What is seen of the leader.
   *
   * @param term its term
   * @param heartbeat its last heartbeat, in seconds of the server's clock: only whether it changes
   *     counts; null if it was found to be gone
   */
  public record Seen(long term, @Nullable Double heartbeat) {}

  /**
   * {@return what is seen of the leader; empty if nobody leads}
   *
   * @param db where to run
   */
  public Optional<Seen> look(DSLContext db) {
    Field<Double> heartbeat =
        field(
            select(max(ClientStore.HEARTBEAT))
                .from(RIVER_JAVA_CLIENT)
                .where(RIVER_JAVA_CLIENT.CLIENT_ID.eq(RIVER_JAVA_LEADER.CLIENT_ID))
                .and(RIVER_JAVA_CLIENT.GONE_AT.isNull()));
    return db.select(RIVER_JAVA_LEADER.TERM, heartbeat)
        .from(RIVER_JAVA_LEADER)
        .where(RIVER_JAVA_LEADER.BACKEND_PID.in(holder()))
        .fetchOptional(row -> new Seen(row.value1(), row.value2()));
  }

  /**
   * Ends the session of a leader that has stopped without a word: its process was suspended, or its
   * host is gone and the server doesn't know yet. Its lock is free then.
   *
   * @param db where to run
   * @param term its term
   * @return whether its session was there
   */
  public boolean endSession(DSLContext db, long term) {
    Field<Boolean> terminated =
        function("pg_terminate_backend", SQLDataType.BOOLEAN, RIVER_JAVA_LEADER.BACKEND_PID);
    return db.select(terminated)
        .from(RIVER_JAVA_LEADER)
        .where(RIVER_JAVA_LEADER.BACKEND_PID.in(holder()))
        .and(RIVER_JAVA_LEADER.TERM.eq(term))
        .fetch()
        .isNotEmpty();
  }

  private Select<Record1<Integer>> holder() {
    return select(field("pid", SQLDataType.INTEGER))
        .from(table(name("pg_locks")))
        .where(locks.isHeldFor(LOCK));
  }
}
