package dev.river.internal.maintain;

import dev.river.internal.store.ClientStore;
import dev.river.internal.store.ClientStore.Signs;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out which clients are gone.
 *
 * <p>A client is gone when its session has ended and it doesn't say within half a second that it
 * lives, or when it has had no heartbeat for ten seconds. Both take someone who can tell: who was
 * cut off from the database a moment ago must suppose that the others were too.
 */
final class GoneClients {
  private static final Logger LOG = LoggerFactory.getLogger(GoneClients.class);

  /** How long a client may need to say that it lives after it has lost its session. */
  private static final Duration GRACE = Duration.ofMillis(500);

  /** How long clients may need to have sessions again after an outage. */
  private static final Duration STEADY = Duration.ofSeconds(5);

  /** Two heartbeats; after an outage everybody has so long for the next one too. */
  private static final Duration SILENCE = Duration.ofSeconds(10);

  private final ClientStore clients;
  private final Supplier<Duration> steadyFor;
  private final Supplier<Instant> oldest;

  /**
   * Creates it.
   *
   * @param clients who is there
   * @param steadyFor for how long this client has been in touch with the database
   * @param oldest before which no attempt began that still runs
   */
  GoneClients(ClientStore clients, Supplier<Duration> steadyFor, Supplier<Instant> oldest) {
    this.clients = clients;
    this.steadyFor = steadyFor;
    this.oldest = oldest;
  }

  /** {@return what is known of the fleet now} */
  Signs look(DSLContext db) {
    Duration steady = steadyFor.get();
    if (steady.compareTo(STEADY) > 0) {
      clients.suspect(db);
      log(clients.declareSuspectsGone(db, GRACE), "its session has ended");
    }
    if (steady.compareTo(SILENCE) > 0) {
      log(clients.declareSilentGone(db, SILENCE), "it has had no heartbeat for 10 s");
    }
    return clients.signs(db);
  }

  /** Forgets those that have left nothing behind. */
  void forget(DSLContext db) {
    clients.forgetGone(db, oldest.get());
  }

  private static void log(List<String> gone, String why) {
    gone.forEach(client -> LOG.warn("client {} is gone: {}", client, why));
  }
}
