package dev.river;

import static dev.river.schema.Tables.RIVER_JAVA_LEADER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.river.schema.enums.RiverJobState;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The connection on which a client listens, and which holds its locks. */
class SessionTest {
  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  @Test
  void aServerThatEndsIdleSessionsLeavesItAlone() {
    log.expectWarnings(); // other connections of the pool may be ended
    databaseSets("idle_session_timeout", "1500ms");
    started();
    long term = awaitTerm();

    awaitTrue(
        "SELECT now() > started_at + interval '8 seconds' AND heartbeat_at > started_at"
            + " + interval '4 seconds' FROM river_java_client");

    assertThat(awaitTerm()).isEqualTo(term);
    assertThat(log.warnings()).noneMatch(line -> line.contains("listener"));
  }

  @Test
  void itGoesBackToItsPoolAsItCameFromThere() throws Exception {
    databaseSets("idle_session_timeout", "1h");
    RiverClient client = started();
    awaitTerm();
    client.stop();

    List<Connection> all = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++) {
        Connection connection = river.dataSource().getConnection();
        all.add(connection);
        try (var rows =
            connection
                .createStatement()
                .executeQuery(
                    "SELECT current_setting('idle_session_timeout'),"
                        + " current_setting('statement_timeout')")) {
          assertThat(rows.next()).isTrue();
          assertThat(rows.getString(1)).isEqualTo("1h");
          assertThat(rows.getString(2)).isEqualTo("0");
        }
      }
    } finally {
      for (Connection connection : all) {
        connection.close();
      }
    }
  }

  @Test
  void heartbeatsAndElectionsThatWaitDelayNoPickUp() throws Exception {
    log.expectWarnings();
    RiverClient client = started();
    awaitTerm();
    try (Connection locking = river.unpooled().getConnection()) {
      locking.setAutoCommit(false);
      locking
          .createStatement()
          .execute("LOCK TABLE river_java_client, river_java_leader IN ACCESS EXCLUSIVE MODE");
      awaitTrue(
          "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
              + " AND datname = current_database() AND query LIKE '%river_java_client%'");

      // Half a second each, as they would wait for such a heartbeat, would be too long.
      List<Long> ids = new ArrayList<>();
      await()
          .atMost(RiverDatabase.PATIENCE)
          .pollInterval(Duration.ofMillis(1))
          .until(
              () -> {
                long id = client.insert(new TestArgs("a")).id();
                ids.add(id);
                river.awaitState(id, RiverJobState.completed);
                return ids.size() == 40;
              });
      locking.rollback();
    }
  }

  private void databaseSets(String name, String value) {
    river
        .dsl()
        .execute(
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %%I SET %s = %%L', current_database(), '%s');"
                    .formatted(name, value)
                + " END $$");
    river.terminateEveryConnection();
  }

  private RiverClient started() {
    return river.started(
        RiverClient.builder(river.dataSource())
            .id("client")
            .queue("default", 1)
            .pollInterval(Duration.ofHours(1))
            .workers(new Workers().add(TestArgs.class, (job, context) -> WorkResult.completed())));
  }

  private long awaitTerm() {
    Fleet fleet = RiverClient.builder(river.dataSource()).build().fleet();
    await().atMost(RiverDatabase.PATIENCE).until(() -> fleet.leader().isPresent());
    return river.dsl().fetchValue(RIVER_JAVA_LEADER.TERM);
  }

  private void awaitTrue(String query) {
    await()
        .atMost(RiverDatabase.PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> List.of(true).equals(river.dsl().fetch(query).getValues(0, Boolean.class)));
  }
}
