package dev.river.internal.lead;

import dev.river.internal.codec.LeadershipNews;
import dev.river.internal.notify.Listener;
import dev.river.internal.service.Service;
import dev.river.internal.service.ServiceLoop;
import dev.river.internal.store.Database;
import dev.river.internal.store.LeaderStore;
import dev.river.internal.store.LeaseStore;
import dev.river.internal.store.ResignRequests;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes its client the leader when nobody else leads. The leader is whose session holds the lock,
 * so the server ends a leadership with its session, however that ends. The leader also keeps
 * River's lease, by which clients of other languages elect theirs; clients without a session keep
 * it together.
 *
 * <p>A client whose thread was held up may believe that it leads when another one does already. It
 * trusts itself only for a while after its session last answered, and nothing that leaders do
 * depends on there being one.
 *
 * <p>The session hears of new work, so what runs on it waits for nothing. What reads and writes
 * tables goes through the pool, on a thread of its own.
 */
public final class Elector implements Service, Listener.Guest {
  private static final Logger LOG = LoggerFactory.getLogger(Elector.class);

  /**
   * An election takes this long at most after the lock has become free, and half of it on average.
   */
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);

  /** The clients that started first look after the leader; the others only after these. */
  private static final Duration BETWEEN_TRIES_OF_OTHERS = Duration.ofSeconds(5);

  /**
   * A client that knows the fleet for so long can tell who is gone, and so is the better leader.
   */
  private static final Duration STEADY = Duration.ofSeconds(5);

  /** So that the clients of a fleet don't all try at the same moment. */
  private static final Duration JITTER = Duration.ofMillis(250);

  private static final Duration BETWEEN_LOOKS_AT_THE_LEADER = Duration.ofSeconds(2);

  /** Source: River's elector. */
  private static final Duration BETWEEN_LOOKS_AT_THE_LEASE = Duration.ofSeconds(5);

  /** Of two heartbeats at least one must have come. */
  private static final Duration SILENCE = Duration.ofSeconds(10);

  private final String clientId;
  private final Presence presence;
  private final Database database;
  private final LeaderStore store;
  private final ResignRequests requests;
  private final boolean pollOnly;
  private final Runnable whenElected;
  private final RiverLease lease;
  private final ServiceLoop loop;

  /** Whose session holds the lock, and the term that it has begun; its term is 0 until then. */
  private record Held(int session, long term) {
    boolean hasBegun() {
      return term != 0;
    }
  }

  private final AtomicReference<@Nullable Held> held = new AtomicReference<>();
  private volatile boolean candidate = true;
  private volatile int sessionToResign;
  private volatile boolean voteNow;
  private volatile long trustedAt;

  // Owned by the session's thread.
  private long nextTry = System.nanoTime();
  private final LeaderTalk talk = new LeaderTalk();

  private final LeaderWatch leaderWatch; // owned by the loop's thread

  /**
   * Creates it.
   *
   * @param presence the client's row
   * @param database where it reads and writes
   * @param store counts the terms
   * @param leases keeps River's lease
   * @param requests tells who may ask the leader to resign
   * @param pollOnly whether the client has no session, so that it can't lead
   * @param whenElected is run when this client begins to lead; must not block
   */
  public Elector(
      Presence presence,
      Database database,
      LeaderStore store,
      LeaseStore leases,
      ResignRequests requests,
      boolean pollOnly,
      Runnable whenElected) {
    this.clientId = presence.clientId();
    this.presence = presence;
    this.database = database;
    this.store = store;
    this.requests = requests;
    this.pollOnly = pollOnly;
    this.whenElected = whenElected;
    this.lease = new RiverLease(clientId, database, leases);
    this.leaderWatch =
        new LeaderWatch(presence, database, store, BETWEEN_LOOKS_AT_THE_LEADER, SILENCE);
    this.loop = new ServiceLoop(clientId, "elector", this::pass);
  }

  @Override
  public void start() {
    loop.start();
  }

  /** Ends what it does beside the session, and gives up River's lease. */
  @Override
  public void stop() {
    loop.stop();
    lease.release();
  }

  /** {@return whether this client leads} */
  public boolean leads() {
    return term().isPresent();
  }

  /** {@return the term in which this client leads; empty if it does not} */
  public Optional<Long> term() {
    Held current = held.get();
    return current != null
            && current.hasBegun()
            && System.nanoTime() - trustedAt < SILENCE.toNanos()
        ? Optional.of(current.term())
        : Optional.empty();
  }

  /** {@return whether the fleet may do what the leader of all languages does} */
  public boolean holdsLease() {
    return lease.isHeld();
  }

  /**
   * Takes note of what was said about the leader. It is a hint, by which a client looks whether the
   * lock or River's lease is free, and a leader whether somebody who may do so wants it to resign.
   *
   * @param news what was said
   */
  public void told(LeadershipNews news) {
    boolean concernsIt =
        switch (news) {
          case LeadershipNews.Resigned resigned -> !resigned.clientId().equals(clientId);
          case LeadershipNews.ResignRequested requested -> held.get() != null;
        };
    if (concernsIt) {
      talk.hear(news);
    }
  }

  /** Resigns soon, and does not want to lead any more. */
  public void retire() {
    candidate = false;
  }

  @Override
  public void attend(DSLContext session) {
    trustedAt = System.nanoTime();
    Held current = held.get();
    if (current == null) {
      attendElection(session);
    } else if (!candidate || sessionToResign == current.session()) {
      resign(session);
    } else if (talk.isToBeLookedInto()) {
      loop.wake();
    }
  }

  private void attendElection(DSLContext session) {
    if (talk.isToBeLookedInto()) {
      voteNow = true;
    }
    if (candidate && presence.isRegistered() && isDue()) {
      tryToLead(session);
    }
  }

  @Override
  public void lost() {
    Held lost = held.getAndSet(null);
    if (lost != null) {
      if (lost.hasBegun()) {
        LOG.info(
            "client {}: leads no longer, because its session is lost (term {})",
            clientId,
            lost.term());
      }
      loop.wake();
    }
  }

  @Override
  public void leave(DSLContext session) {
    if (held.get() != null) {
      resign(session);
    }
  }

  private boolean isDue() {
    return voteNow || System.nanoTime() - nextTry >= 0;
  }

  private void tryToLead(DSLContext session) {
    voteNow = false;
    boolean steady = presence.steadyFor().compareTo(STEADY) > 0;
    Duration rest = presence.isElder() ? BETWEEN_TRIES : BETWEEN_TRIES_OF_OTHERS;
    rest(steady ? rest : BETWEEN_TRIES.multipliedBy(4));
    OptionalInt pid = store.tryLock(session);
    if (pid.isPresent()) {
      talk.forget(); // it was about another leader
      held.set(new Held(pid.getAsInt(), 0));
      loop.wake();
    }
  }

  private void resign(DSLContext session) {
    rest(BETWEEN_TRIES.multipliedBy(2)); // others first
    store.unlock(session); // if that fails, it leads on and tries again
    Held resigned = held.getAndSet(null);
    if (resigned != null && resigned.hasBegun()) {
      LOG.info("client {}: resigns (term {})", clientId, resigned.term());
    }
    store.announceResignation(session, clientId);
    sessionToResign = 0;
    voteNow = false;
    talk.forget();
    loop.wake(); // to give up the lease
  }

  private void rest(Duration time) {
    long jitter = ThreadLocalRandom.current().nextLong(JITTER.toNanos());
    nextTry = System.nanoTime() + time.toNanos() + jitter;
  }

  private Duration pass() {
    Held current = held.get();
    if (current != null) {
      lease.keep(true); // first: the one who held it for our fleet is known until the next term
      if (!current.hasBegun()) {
        beginTerm(current);
      }
      hearRequests(held.get());
    } else if (pollOnly) {
      if (presence.isElder()) {
        lease.keep(false);
      }
    } else {
      lease.release();
      if (presence.isElder() && leaderWatch.look()) {
        voteNow = true;
      }
      return BETWEEN_LOOKS_AT_THE_LEADER;
    }
    return BETWEEN_LOOKS_AT_THE_LEASE;
  }

  private void beginTerm(Held current) {
    Optional<Long> term = database.call(db -> store.beginTerm(db, clientId, current.session()));
    term.ifPresent(begun -> database.run(db -> ResignRequests.deleteOlderThan(db, begun)));
    if (term.isPresent() && held.compareAndSet(current, new Held(current.session(), term.get()))) {
      LOG.info("client {}: leads (term {})", clientId, term.get());
      whenElected.run();
    }
  }

  private void hearRequests(@Nullable Held current) {
    Set<Integer> senders = talk.senders();
    if (senders.isEmpty() || current == null || !current.hasBegun()) {
      return;
    }
    if (database.<Boolean>call(db -> requests.isAsked(db, current.term(), senders))) {
      sessionToResign = current.session();
    } else {
      LOG.debug("client {}: was asked to resign by somebody who may not", clientId);
    }
    talk.forget(senders);
  }
}
