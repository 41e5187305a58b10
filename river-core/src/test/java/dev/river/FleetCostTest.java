package dev.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a fleet that has nothing to do asks of its database. */
class FleetCostTest {
  private static final int SECONDS = 15;

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private long lastBeat = System.nanoTime();

  @Test
  void anIdleLeaderMakesFewTransactions() throws Exception {
    started("leader");
    awaitLeader();

    // The pool of the tests looks at each connection that it lends: that doubles what is counted.

    assertThat(
            perSecond(
                "xact_commit", "pg_stat_database WHERE datname = current_database()", () -> {}))
        .isLessThan(20.0);
  }

  @Test
  void whatClientsReadOfEachOtherDoesNotGrowWithTheSquareOfTheirNumber() throws Exception {
    log.expectWarnings(); // the others may have been silent for long before
    // As many as 200 clients would be, of which five run here: one leads, three look at all others.
    river
        .dsl()
        .execute(
            "INSERT INTO river_java_client (client_id, heartbeat_at)"
                + " SELECT 'other-' || n, now() FROM generate_series(1, 195) AS n");
    for (int i = 0; i < 5; i++) {
      started("client-" + i);
    }
    awaitLeader();

    // All five twice a second would be 2,000 rows for the leader alone.
    assertThat(
            perSecond(
                "seq_tup_read + coalesce(idx_tup_fetch, 0)",
                "pg_stat_user_tables WHERE relname = 'river_java_client'",
                this::letTheOthersBeat))
        .isLessThan(1_500.0);
  }

  /** Else they would be presumed dead, which costs something else. */
  private void letTheOthersBeat() {
    if (System.nanoTime() - lastBeat > Duration.ofSeconds(4).toNanos()) {
      lastBeat = System.nanoTime();
      river
          .dsl()
          .execute(
              "UPDATE river_java_client SET heartbeat_at = now() WHERE client_id LIKE 'other-%'");
    }
  }

  /** {@return how much a counter grows in a second} What this asks itself is left out. */
  private double perSecond(String counter, String where, Runnable meanwhile) throws SQLException {
    try (Connection connection = river.unpooled().getConnection()) {
      connection.setAutoCommit(false); // so that it counts as one transaction at the end
      DSLContext own = DSL.using(connection, SQLDialect.POSTGRES);
      String query = "SELECT %s::bigint FROM %s".formatted(counter, where);
      long before = own.fetchSingle(query).get(0, Long.class);
      String start = own.fetchSingle("SELECT clock_timestamp()::text").get(0, String.class);
      await()
          .atMost(RiverDatabase.PATIENCE)
          .until(
              isTrue(
                  own,
                  meanwhile,
                  "SELECT clock_timestamp() > '%s'::timestamptz + interval '%s seconds'"
                      .formatted(start, SECONDS)));
      own.execute("SELECT pg_stat_clear_snapshot()");
      double grown = own.fetchSingle(query).get(0, Long.class) - before;
      return grown / SECONDS;
    }
  }

  private static Callable<Boolean> isTrue(DSLContext own, Runnable meanwhile, String query) {
    return () -> {
      meanwhile.run();
      return own.fetchSingle(query).get(0, Boolean.class);
    };
  }

  private void awaitLeader() {
    Fleet fleet = RiverClient.builder(river.dataSource()).build().fleet();
    await()
        .atMost(RiverDatabase.PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> fleet.leader().isPresent());
  }

  private void started(String id) {
    river.started(
        RiverClient.builder(river.dataSource())
            .id(id)
            .queue("default", 1)
            .workers(new Workers().add(TestArgs.class, (job, context) -> WorkResult.completed())));
  }
}
