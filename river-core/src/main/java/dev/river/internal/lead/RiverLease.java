package dev.river.internal.lead;

import dev.river.error.DatabaseException;
import dev.river.internal.store.Database;
import dev.river.internal.store.LeaseStore;
import dev.river.internal.store.LeaseStore.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * River's lease as one client sees it. Who holds it does what River's leader does, whatever its
 * language: it moves due jobs, rescues stuck ones, cleans and reindexes. So one fleet has one
 * leader. A lease that another client of our fleet holds is ours too: we agree among ourselves by
 * locks.
 *
 * <p>All but {@link #isHeld} is of one thread.
 */
final class RiverLease {
  private static final Logger LOG = LoggerFactory.getLogger(RiverLease.class);

  /** A client that could not renew it stops in time. Source: River's elector. */
  private static final Duration MARGIN = Duration.ofSeconds(1);

  /** When a client renews a lease that others of its fleet might renew as well. */
  private static final Duration SOON = Duration.ofMillis(7_500);

  private final String clientId;
  private final Database database;
  private final LeaseStore store;

  private volatile boolean held;
  private volatile long trustedUntil;

  private @Nullable Instant electedAt; // our own term
  private @Nullable String foreigner; // of whom was told
  private boolean toldOfTrouble;

  /**
   * Creates it.
   *
   * @param clientId the client
   * @param database where the lease is
   * @param store reads and writes it
   */
  RiverLease(String clientId, Database database, LeaseStore store) {
    this.clientId = clientId;
    this.database = database;
    this.store = store;
  }

  /** {@return whether the fleet holds the lease, as far as this client may trust what it knows} */
  boolean isHeld() {
    return held && trustedUntil - System.nanoTime() > 0;
  }

  /**
   * Renews the lease, or takes it if it is free.
   *
   * @param asLeader whether this client leads its fleet, so that the lease is to have its name;
   *     else any client of the fleet may hold it
   */
  void keep(boolean asLeader) {
    try {
      if (!asLeader || !renew()) {
        lookAndTake(asLeader);
      }
    } catch (DatabaseException e) {
      if (!LeaseStore.isOutOfReach(e)) {
        throw e;
      }
      goOnWithout(e);
    }
  }

  private boolean renew() {
    Instant own = electedAt;
    long begun = System.nanoTime();
    if (own == null || !database.<Boolean>call(db -> store.renew(db, clientId, own))) {
      return false;
    }
    trust(begun, LeaseStore.TIME_TO_LIVE);
    return true;
  }

  private void lookAndTake(boolean asLeader) {
    long begun = System.nanoTime();
    Optional<Lease> lease = database.call(store::current);
    if (lease.filter(found -> !found.isOurs()).isPresent()) {
      yieldTo(lease.get().holder());
    } else if (!asLeader && lease.filter(found -> found.left().compareTo(SOON) > 0).isPresent()) {
      trust(begun, lease.get().left());
    } else {
      electedAt = database.call(db -> store.take(db, clientId, lease)).orElse(null);
      if (electedAt == null) {
        held = false; // someone was faster, which the next look tells
      } else {
        trust(begun, LeaseStore.TIME_TO_LIVE);
      }
    }
  }

  private void trust(long since, Duration left) {
    if (foreigner != null) {
      LOG.info("client {}: the lease of {} has ended", clientId, foreigner);
      foreigner = null;
    }
    trustedUntil = since + left.minus(MARGIN).toNanos();
    held = true;
  }

  private void yieldTo(String holder) {
    held = false;
    electedAt = null;
    if (!holder.equals(foreigner)) {
      foreigner = holder;
      LOG.warn(
          "client {}: {}, a River client of another language, leads by the lease in river_leader."
              + " Scheduling, cleaning, rescuing of stuck jobs and reindexing are left to it: see"
              + " docs/fleet.md for what it may do to jobs of kinds that it does not know",
          clientId,
          holder);
    }
  }

  /** What nobody can write to does not decide. */
  private void goOnWithout(DatabaseException cause) {
    electedAt = null;
    held = true;
    trustedUntil = System.nanoTime() + LeaseStore.TIME_TO_LIVE.toNanos();
    if (!toldOfTrouble) {
      toldOfTrouble = true;
      LOG.warn(
          "client {}: can't take River's lease in river_leader, and goes on without: do not run"
              + " River clients of other languages on this schema",
          clientId,
          cause);
    }
  }

  /** Gives it up, if this client holds it. */
  void release() {
    Instant own = electedAt;
    electedAt = null;
    held = false;
    if (own != null) {
      try {
        database.run(db -> store.release(db, clientId, own));
      } catch (Throwable e) { // a data source that was closed may throw anything
        LOG.debug("client {}: its lease expires, it could not be given up", clientId, e);
      }
    }
  }
}
