package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JAVA_CLIENT;
import static org.jooq.impl.DSL.val;

import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/** Finds the clients that have the same id. */
public final class Namesakes {
  /** What an ordinary role may not see of other roles' sessions is NULL. */
  private static final String SESSION =
      """
      SELECT 'process ' || session.pid || ' of the database'
        || coalesce(' (connected from ' || session.client_addr::text || ')', '')
      FROM pg_locks JOIN pg_stat_activity session USING (pid)
      WHERE {0}
      """;

  private final AdvisoryLocks locks;

  Namesakes(AdvisoryLocks locks) {
    this.locks = locks;
  }

  /**
   * A client of the same id.
   *
   * @param incarnation its row
   * @param heartbeat its last heartbeat, in seconds of the server's clock: only whether it changes
   *     counts
   * @param startedAt when it started, as text
   */
  public record Namesake(long incarnation, double heartbeat, String startedAt) {}

  /**
   * {@return the other clients of an id that are not known to be gone; whether they live only shows
   * by later heartbeats}
   *
   * @param db where to run
   * @param clientId the id
   * @param incarnation the row of the one that asks
   */
  public List<Namesake> find(DSLContext db, String clientId, long incarnation) {
    return db.select(
            RIVER_JAVA_CLIENT.INCARNATION,
            ClientStore.HEARTBEAT,
            RIVER_JAVA_CLIENT.STARTED_AT.cast(String.class))
        .from(RIVER_JAVA_CLIENT)
        .where(RIVER_JAVA_CLIENT.CLIENT_ID.eq(clientId))
        .and(RIVER_JAVA_CLIENT.INCARNATION.ne(val(incarnation)))
        .and(RIVER_JAVA_CLIENT.GONE_AT.isNull())
        .orderBy(RIVER_JAVA_CLIENT.INCARNATION)
        .fetch(row -> new Namesake(row.value1(), row.value2(), row.value3()));
  }

  /**
   * {@return what is known of the session of a client; empty if it has none}
   *
   * @param db where to run
   * @param incarnation its row
   */
  public Optional<String> session(DSLContext db, long incarnation) {
    return db
        .resultQuery(SESSION, locks.isHeldFor("client." + incarnation))
        .fetch(row -> row.get(0, String.class))
        .stream()
        .findFirst();
  }
}
