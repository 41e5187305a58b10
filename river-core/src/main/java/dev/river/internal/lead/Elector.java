package dev.river.internal.lead;

import dev.river.error.DatabaseException;
import dev.river.internal.codec.LeadershipNews;
import dev.river.internal.notify.Listener;
import dev.river.internal.store.LeaderStore;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes its client the leader when nobody else leads. The leader is whose session holds the lock,
 * so the server ends a leadership with its session, however that ends.
 *
 * <p>A client whose thread was held up may believe that it leads when another one does already. It
 * trusts itself only for a while after its session last answered, and nothing that leaders do
 * depends on there being one.
 */
public final class Elector implements Listener.Guest {
  private static final Logger LOG = LoggerFactory.getLogger(Elector.class);

  /**
   * An election takes this long at most after the lock has become free, and half of it on average.
   */
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);

  /**
   * A client that knows the fleet for so long can tell who is gone, and so is the better leader.
   */
  private static final Duration STEADY = Duration.ofSeconds(5);

  /** So that the clients of a fleet don't all try at the same moment. */
  private static final Duration JITTER = Duration.ofMillis(250);

  private static final Duration BETWEEN_LOOKS_AT_THE_LEADER = Duration.ofSeconds(2);

  /** Of two heartbeats at least one must have come. */
  private static final Duration SILENCE = Duration.ofSeconds(10);

  private final String clientId;
  private final Presence presence;
  private final LeaderStore store;
  private final Runnable whenElected;

  private volatile boolean candidate = true;
  private volatile boolean askedToResign;
  private volatile boolean voteNow;
  private volatile long term; // 0 while it does not lead
  private volatile long trustedAt;

  // Owned by the session's thread.
  private long nextTry = System.nanoTime();
  private long nextLookAtTheLeader = System.nanoTime();

  /**
   * Creates it.
   *
   * @param clientId who may lead
   * @param presence its row
   * @param store counts the terms
   * @param whenElected is run when this client begins to lead; must not block
   */
  public Elector(String clientId, Presence presence, LeaderStore store, Runnable whenElected) {
    this.whenElected = whenElected;
    this.clientId = clientId;
    this.presence = presence;
    this.store = store;
  }

  /** {@return whether this client leads} */
  public boolean leads() {
    return term != 0 && System.nanoTime() - trustedAt < SILENCE.toNanos();
  }

  /** {@return the term in which this client leads; empty if it does not} */
  public Optional<Long> term() {
    long current = term;
    return leads() && current != 0 ? Optional.of(current) : Optional.empty();
  }

  /**
   * Takes note of what was said about the leader.
   *
   * @param news what was said
   */
  public void told(LeadershipNews news) {
    switch (news) {
      case LeadershipNews.Resigned resigned -> voteNow |= !resigned.clientId().equals(clientId);
      case LeadershipNews.ResignRequested requested -> askedToResign = true;
    }
  }

  /** Resigns soon, and does not want to lead any more. */
  public void retire() {
    candidate = false;
  }

  @Override
  public void attend(DSLContext session) {
    trustedAt = System.nanoTime();
    if (term != 0) {
      if (askedToResign || !candidate) {
        resign(session);
      }
    } else if (candidate && presence.isRegistered() && isDue()) {
      tryToLead(session);
    }
    askedToResign = false;
  }

  @Override
  public void lost() {
    if (term != 0) {
      LOG.info("client {}: leads no longer, because its session is lost (term {})", clientId, term);
    }
    term = 0;
  }

  @Override
  public void leave(DSLContext session) {
    if (term != 0) {
      resign(session);
    }
  }

  private boolean isDue() {
    return voteNow || System.nanoTime() - nextTry >= 0;
  }

  private void tryToLead(DSLContext session) {
    voteNow = false;
    boolean steady = presence.steadyFor().compareTo(STEADY) > 0;
    rest(steady ? BETWEEN_TRIES : BETWEEN_TRIES.multipliedBy(4));
    store.tryLead(session, clientId).ifPresent(this::elected);
    if (term == 0 && System.nanoTime() - nextLookAtTheLeader >= 0) {
      nextLookAtTheLeader = System.nanoTime() + BETWEEN_LOOKS_AT_THE_LEADER.toNanos();
      endSilentLeader(session);
    }
  }

  private void endSilentLeader(DSLContext session) {
    try {
      if (store.endSilentLeader(session, SILENCE)) {
        LOG.warn("client {}: ended the session of a leader that was silent for long", clientId);
        voteNow = true;
      }
    } catch (DatabaseException e) {
      if (e.reason() != DatabaseException.Reason.PERMISSION) {
        throw e;
      }
      LOG.warn("client {}: may not end the session of a leader that is silent", clientId, e);
      nextLookAtTheLeader = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    }
  }

  private void elected(long newTerm) {
    term = newTerm;
    LOG.info("client {}: leads (term {})", clientId, newTerm);
    whenElected.run();
  }

  private void resign(DSLContext session) {
    LOG.info("client {}: resigns (term {})", clientId, term);
    term = 0;
    rest(BETWEEN_TRIES.multipliedBy(2)); // others first
    store.resign(session, clientId);
    voteNow = false;
  }

  private void rest(Duration time) {
    long jitter = ThreadLocalRandom.current().nextLong(JITTER.toNanos());
    nextTry = System.nanoTime() + time.toNanos() + jitter;
  }
}
