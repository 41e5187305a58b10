package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.error.DatabaseException;
import dev.river.testing.RiverDatabase;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.TimeZone;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DatabaseTest {
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  @Test
  void givesUpAServerThatDoesNotAnswerWithinTheLimit() {
    Database limited = river.database().withSilenceLimit(Duration.ofMillis(200));

    assertThatThrownBy(() -> limited.call(db -> db.fetch("SELECT pg_sleep(600)")))
        .isInstanceOfSatisfying(
            DatabaseException.class,
            e -> {
              assertThat(e.sqlState()).contains("08006");
              assertThat(e.isCausedByRow()).isFalse();
            });
    int answered = limited.call(db -> db.fetch("SELECT 1").size());
    assertThat(answered).isEqualTo(1);
  }

  @Test
  void waitsLongerForWhatIsLarge() {
    Database limited = river.database().withSilenceLimit(Duration.ofMillis(200));

    int answered = limited.forBytes(60 << 20).call(db -> db.fetch("SELECT pg_sleep(0.5)").size());
    assertThat(answered).isEqualTo(1);
    assertThatThrownBy(() -> limited.forBytes(1_000).call(db -> db.fetch("SELECT pg_sleep(600)")))
        .isInstanceOf(DatabaseException.class);
  }

  @Test
  void leavesTheLimitOfPooledConnectionsAsItWas() throws Exception {
    river.database().withSilenceLimit(Duration.ofMillis(200)).run(db -> db.fetch("SELECT 1"));

    try (Connection connection = river.dataSource().getConnection()) {
      assertThat(connection.getNetworkTimeout()).isZero();
    }
  }

  /** An hour that happens twice must not be mistaken for its double. */
  @Test
  void timesDoNotDependOnTheTimeZoneOfTheJvm() {
    TimeZone before = TimeZone.getDefault();
    Instant repeatedHour =
        Instant.parse("2026-10-25T00:30:00Z"); // 02:30 in Berlin, for the first time
    try {
      TimeZone.setDefault(TimeZone.getTimeZone("Europe/Berlin"));
      Instant read =
          river
              .database()
              .call(
                  db -> {
                    db.insertInto(RIVER_JOB)
                        .set(RIVER_JOB.KIND, "test")
                        .set(RIVER_JOB.ARGS, org.jooq.JSONB.valueOf("{}"))
                        .set(RIVER_JOB.SCHEDULED_AT, repeatedHour)
                        .execute();
                    return db.select(RIVER_JOB.SCHEDULED_AT).from(RIVER_JOB).fetchSingle().value1();
                  });
      Duration skew =
          river
              .database()
              .call(
                  db ->
                      Duration.between(
                          db.select(Database.now()).fetchSingle().value1(), Instant.now()));
      assertThat(read).isEqualTo(repeatedHour);
      assertThat(skew.abs()).isLessThan(Duration.ofMinutes(1));
      assertThat(
              river
                  .dsl()
                  .fetchCount(
                      RIVER_JOB,
                      DSL.condition("scheduled_at = '2026-10-25 00:30:00+00'::timestamptz")))
          .isEqualTo(1);
    } finally {
      TimeZone.setDefault(before);
    }
  }
}
