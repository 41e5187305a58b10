package dev.river.internal.lead;

import dev.river.internal.store.ClientStore.Registered;
import dev.river.internal.store.Database;
import dev.river.internal.store.Namesakes;
import dev.river.internal.store.Namesakes.Namesake;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns, once for each, of other clients that live and have the id of this one: jobs are claimed in
 * the name of an id, so neither can tell the jobs of the other from those of a former process of
 * its own. One that has died has no heartbeats, and is not told of. Owned by one thread.
 */
final class NamesakeWatch {
  private static final Logger LOG = LoggerFactory.getLogger(NamesakeWatch.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(1);

  private final String clientId;
  private final Database database;
  private final Namesakes namesakes;

  /** The heartbeat with which each was first seen, by its row. */
  private final Map<Long, Double> firstHeartbeats = new HashMap<>();

  private final Set<Long> told = new HashSet<>();
  private long nextLook = System.nanoTime();

  /**
   * Creates it.
   *
   * @param clientId the client
   * @param database where it looks
   * @param namesakes how it looks
   */
  NamesakeWatch(String clientId, Database database, Namesakes namesakes) {
    this.clientId = clientId;
    this.database = database;
    this.namesakes = namesakes;
  }

  /** Looks, if it is time to. To be called about as often as heartbeats are sent. */
  void look(Registered own) {
    if (System.nanoTime() - nextLook < 0) {
      return;
    }
    nextLook = System.nanoTime() + BETWEEN_LOOKS.toNanos();
    if (!database.<Boolean>call(db -> look(db, own.incarnation()))) {
      nextLook = System.nanoTime(); // its next heartbeat tells whether it lives
    }
  }

  /** {@return whether all that is to be said has been said} */
  private boolean look(DSLContext db, long own) {
    List<Namesake> found = namesakes.find(db, clientId, own);
    List<Long> rows = found.stream().map(Namesake::incarnation).toList();
    firstHeartbeats.keySet().retainAll(rows);
    told.retainAll(rows);
    for (Namesake other : found) {
      double first = firstHeartbeats.computeIfAbsent(other.incarnation(), row -> other.heartbeat());
      if (first != other.heartbeat() && told.add(other.incarnation())) {
        warn(db, own, other);
      }
    }
    return told.containsAll(rows);
  }

  private void warn(DSLContext db, long own, Namesake other) {
    LOG.warn(
        "two living clients have the id {}: this one (row {}, {}) and one that started at {} (row {},"
            + " {}). Give each client an id of its own, or none, with which it makes one",
        clientId,
        own,
        session(db, own),
        other.startedAt(),
        other.incarnation(),
        session(db, other.incarnation()));
  }

  private String session(DSLContext db, long incarnation) {
    return namesakes.session(db, incarnation).orElse("no session");
  }
}
