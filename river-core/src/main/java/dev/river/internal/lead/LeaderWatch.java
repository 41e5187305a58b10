package dev.river.internal.lead;

import dev.river.error.DatabaseException;
import dev.river.internal.store.Database;
import dev.river.internal.store.LeaderStore;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the session of a leader that has stopped without a word, because the lock is free then.
 * Belongs to one thread.
 */
final class LeaderWatch {
  private static final Logger LOG = LoggerFactory.getLogger(LeaderWatch.class);
  private static final Duration AFTER_A_REFUSAL = Duration.ofMinutes(1);

  private final Presence presence;
  private final Database database;
  private final LeaderStore store;
  private final Duration betweenLooks;
  private final Duration silence;
  private final Unchanged<Long, Double> leaders;
  private double lastHeartbeat;
  private long nextLook = System.nanoTime();

  /**
   * Creates it.
   *
   * @param presence the client's row
   * @param database where leaders are looked at
   * @param store reads what is seen of them
   * @param betweenLooks how long it waits between two looks
   * @param silence a leader without heartbeats for so long has stopped
   */
  LeaderWatch(
      Presence presence,
      Database database,
      LeaderStore store,
      Duration betweenLooks,
      Duration silence) {
    this.presence = presence;
    this.database = database;
    this.store = store;
    this.betweenLooks = betweenLooks;
    this.silence = silence;
    this.leaders = new Unchanged<>(System::nanoTime, silence.dividedBy(2));
  }

  /** {@return whether it has ended a leader's session} */
  boolean look() {
    if (System.nanoTime() - nextLook < 0) {
      return false;
    }
    nextLook = System.nanoTime() + betweenLooks.toNanos();
    Optional<LeaderStore.Seen> seen = database.call(store::look);
    leaders.retain(seen.stream().map(LeaderStore.Seen::term).toList());
    return seen.isPresent() && isSilent(seen.get()) && endSession(seen.get().term());
  }

  private boolean isSilent(LeaderStore.Seen seen) {
    Double heartbeat = seen.heartbeat();
    lastHeartbeat = heartbeat == null ? lastHeartbeat : heartbeat; // gone is silent, too
    Duration silentFor = leaders.see(seen.term(), lastHeartbeat);
    return silentFor.compareTo(silence) >= 0 && presence.steadyFor().compareTo(silence) > 0;
  }

  private boolean endSession(long term) {
    String clientId = presence.clientId();
    try {
      boolean ended = database.<Boolean>call(db -> store.endSession(db, term));
      if (ended) {
        LOG.warn("client {}: ended the session of a leader that was silent for long", clientId);
      }
      return ended;
    } catch (DatabaseException e) {
      if (e.reason() != DatabaseException.Reason.PERMISSION) {
        throw e;
      }
      LOG.warn("client {}: may not end the session of a leader that is silent", clientId, e);
      nextLook = System.nanoTime() + AFTER_A_REFUSAL.toNanos();
      return false;
    }
  }
}
