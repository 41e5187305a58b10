package dev.river.internal.lead;

import dev.river.error.DatabaseException;
import dev.river.internal.notify.Listener;
import dev.river.internal.service.Service;
import dev.river.internal.service.ServiceLoop;
import dev.river.internal.store.ClientStore;
import dev.river.internal.store.ClientStore.Registered;
import dev.river.internal.store.ClientStore.SessionLock;
import dev.river.internal.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the fleet that its client lives, so that nobody rescues its jobs: by heartbeats, and by a
 * lock that its session holds. Heartbeats go through the pool. Where the application has used that
 * up they go through the session, for a moment only, because it hears of new work.
 *
 * <p>A client that was silent for too long, because its process was suspended or its network was
 * cut, is taken for gone. It hears of that from its next heartbeat, and comes back with a new row.
 */
public final class Presence implements Service, Listener.Guest {
  private static final Logger LOG = LoggerFactory.getLogger(Presence.class);

  private static final Duration BETWEEN_BEATS = Duration.ofSeconds(5);

  /** How long the pool may take to give a connection for a heartbeat. */
  private static final Duration TOLERANCE = Duration.ofSeconds(1);

  /** How long a heartbeat may take that has a connection: that may have been cut without a word. */
  private static final Duration LONGEST_BEAT = Duration.ofSeconds(3);

  /** How long the session rests after a heartbeat that it could not send in time. */
  private static final Duration BETWEEN_TRIES_OF_THE_SESSION = Duration.ofSeconds(2);

  /** How late one may be of a client that is in touch with the database. */
  private static final Duration OVERDUE = Duration.ofSeconds(3);

  private final String clientId;
  private final Database callers;
  private final Database database;
  private final ClientStore store;
  private final Runnable whenTakenForGone;
  private final NamesakeWatch namesakes;
  private final ServiceLoop loop;

  /** So that the session's thread and our own don't both make a new row. */
  private final ReentrantLock comingBack = new ReentrantLock();

  private volatile @Nullable Registered registered; // made anew under comingBack
  private volatile @Nullable Integer lockKey; // written by the session's thread
  private int lastHolder; // of the lock; 0 if there was none; owned by the session's thread
  private long nextTryOfTheSession = System.nanoTime(); // owned by the session's thread
  private volatile boolean beatNow;
  private volatile long nextBeat;
  private volatile boolean hasConnection; // while a heartbeat is on its way through the pool

  /** Until its first heartbeat it is among those that look after the others. */
  private volatile int elders;

  /** Since when nothing has gone wrong between this client and the database. */
  private volatile long steadySince;

  /**
   * Creates it.
   *
   * @param clientId the client
   * @param callers where its row is made, on the thread of whoever starts it; on threads of our own
   *     its heartbeats go there too, as long as it has connections
   * @param store keeps its row
   * @param whenTakenForGone is run when it comes back: its jobs may have been rescued
   */
  public Presence(String clientId, Database callers, ClientStore store, Runnable whenTakenForGone) {
    this.clientId = clientId;
    this.callers = callers;
    this.database = callers.onOwnThreads();
    this.store = store;
    this.whenTakenForGone = whenTakenForGone;
    this.namesakes = new NamesakeWatch(clientId, database, store.namesakes());
    this.loop = new ServiceLoop(clientId, "presence", this::pass);
  }

  /**
   * Makes the row, so that nothing is claimed before it is there.
   *
   * @throws DatabaseException if the database refuses it or can't be reached
   */
  @Override
  public void start() {
    if (registered == null) {
      registered = callers.callOutsideOfTransactions("start()", db -> store.register(db, clientId));
      noteBeat();
      unsettle();
    }
    loop.start();
  }

  /** Ends the heartbeats. The row stays until {@link #leave(Instant)}. */
  @Override
  public void stop() {
    loop.stop();
  }

  /**
   * Takes leave of the fleet. Jobs that still run are rescued by others.
   *
   * @param oldest before which no attempt began that still runs
   */
  public void leave(Instant oldest) {
    Registered row = registered;
    registered = null;
    if (row != null) {
      try {
        database.run(db -> store.leave(db, row.incarnation(), oldest));
      } catch (Throwable e) { // a data source that was closed may throw anything
        LOG.warn("client {}: its heartbeats will be missed, it could not say goodbye", clientId, e);
      }
    }
  }

  /**
   * {@return for how long this client has been in touch with the database without a break} After an
   * outage nobody has fresh heartbeats. Who was cut off itself can't tell whether others are gone.
   */
  public Duration steadyFor() {
    return isOverdue() ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - steadySince);
  }

  /** {@return whether this client's own heartbeat is so late that it can't judge others} */
  private boolean isOverdue() {
    return System.nanoTime() - nextBeat > OVERDUE.toNanos();
  }

  /** Notes that something has gone wrong between this client and the database. */
  public void unsettle() {
    steadySince = System.nanoTime();
  }

  /** {@return the client} */
  String clientId() {
    return clientId;
  }

  /** {@return whether few clients are there that started before this one} */
  public boolean isElder() {
    return elders < ClientStore.ELDERS;
  }

  /** {@return whether the client has a row} */
  boolean isRegistered() {
    return registered != null;
  }

  /** {@return the client's row} */
  public Registered current() {
    Registered row = registered;
    if (row == null) {
      throw new IllegalStateException("client %s is not registered".formatted(clientId));
    }
    return row;
  }

  @Override
  public void attend(DSLContext session) {
    if (registered != null && lockKey == null) {
      takeLock(session);
    }
    long now = System.nanoTime();
    Duration patience = hasConnection ? LONGEST_BEAT : TOLERANCE;
    if (now - nextBeat >= patience.toNanos() && now - nextTryOfTheSession >= 0) {
      nextTryOfTheSession = now + BETWEEN_TRIES_OF_THE_SESSION.toNanos();
      beat(session);
    }
  }

  private void takeLock(DSLContext session) {
    Optional<SessionLock> lock = store.tryLock(session, current().incarnation());
    if (lock.isPresent()) {
      lockKey = lock.get().key();
      lastHolder = lock.get().pid();
      unsettle(); // what came before this session may have been an outage
      beatSoon();
    } else if (lastHolder != 0
        && store.endFormerSession(session, current().incarnation(), lastHolder)) {
      // Cut without a word, it would hold the lock of a leader too for as long as TCP waits.
      LOG.warn("client {}: ended its former session, which the server had not missed", clientId);
    }
  }

  @Override
  public void lost() {
    unsettle();
    if (lockKey != null) {
      lockKey = null;
      beatSoon(); // to say so at once: a lock that is free is a bad sign
    }
  }

  @Override
  public void leave(DSLContext session) {
    lockKey = null;
    beat(session);
  }

  private void beatSoon() {
    beatNow = true;
    loop.wake();
  }

  private Duration pass() {
    if (beatNow || System.nanoTime() - nextBeat >= 0) {
      beatThroughPool();
    }
    Registered row = registered;
    if (row != null) {
      namesakes.look(row);
    }
    return Duration.ofNanos(nextBeat - System.nanoTime());
  }

  private void beatThroughPool() {
    long begun = System.nanoTime();
    try {
      database.run(this::beatOnConnection);
    } catch (DatabaseException e) {
      unsettle();
      throw e;
    }
    if (System.nanoTime() - begun > TOLERANCE.toNanos()) {
      unsettle(); // others may wait for a connection as long
    }
  }

  private void beatOnConnection(DSLContext db) {
    hasConnection = true;
    try {
      beat(db);
    } finally {
      hasConnection = false;
    }
  }

  /**
   * Both threads may be here: where the session hangs, the pool must not wait for it. A heartbeat
   * that is noted twice does no harm.
   */
  private void beat(DSLContext db) {
    Registered row = registered;
    if (row == null) {
      return;
    }
    beatNow = false;
    if (isOverdue()) {
      unsettle(); // it was suspended, or could get no connection
    }
    try {
      OptionalInt counted = store.beat(db, row.incarnation(), lockKey);
      counted.ifPresent(found -> elders = found);
      if (counted.isEmpty()) {
        comeBack(db, row);
      }
      noteBeat();
    } catch (Throwable e) {
      unsettle();
      beatNow = true;
      throw e;
    }
  }

  private void comeBack(DSLContext db, Registered gone) {
    comingBack.lock();
    try {
      if (gone.equals(registered)) {
        LOG.warn("client {}: was silent for so long that it was taken for gone", clientId);
        registered = store.registerAgain(db, clientId, gone.startedAt());
        lockKey = null; // the new row has another lock
        whenTakenForGone.run();
      }
    } finally {
      comingBack.unlock();
    }
  }

  private void noteBeat() {
    nextBeat = System.nanoTime() + BETWEEN_BEATS.toNanos();
  }
}
