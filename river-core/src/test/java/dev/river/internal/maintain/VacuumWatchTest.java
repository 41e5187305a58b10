package dev.river.internal.maintain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.river.internal.lead.UpkeepGate;
import dev.river.internal.store.Database;
import dev.river.internal.store.VacuumHealth;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.PGConnection;

class VacuumWatchTest {
  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final AtomicLong nanos = new AtomicLong();
  private ClosableGate gate;

  @BeforeEach
  void openTheGate() {
    gate = new ClosableGate(river.database());
  }

  @Test
  void namesASessionThatHoldsASnapshotForLong() throws Exception {
    log.expectWarnings();
    VacuumWatch watch = watch(Duration.ZERO);
    try (Connection idle = idleInTransaction("SELECT 1")) {
      look(watch);
      assertThat(log.warnings()).isEmpty();
      look(watch);

      assertThat(log.warnings())
          .singleElement()
          .asString()
          .contains(
              "session " + pid(idle) + " (application \"report\", user ", "idle in transaction)")
          .containsPattern("for \\d+ s");
    }
  }

  @Test
  void namesASessionThatHasWrittenAndDoesNotCommit() throws Exception {
    log.expectWarnings();
    VacuumWatch watch = watch(Duration.ZERO);
    try (Connection idle = idleInTransaction("SELECT txid_current()")) {
      look(watch);
      look(watch);

      assertThat(log.warnings()).singleElement().asString().contains("session " + pid(idle));
    }
  }

  @Test
  void saysNothingOfATransactionThatIsYoung() throws Exception {
    VacuumWatch watch = watch(Duration.ofMinutes(10));
    try (Connection idle = idleInTransaction("SELECT 1")) {
      look(watch);
      look(watch);

      assertThat(idle.isClosed()).isFalse();
    }
  }

  @Test
  void saysNothingWhenNobodyHoldsAnything() throws Exception {
    VacuumWatch watch = watch(Duration.ZERO);
    try (Connection idle = connection()) {
      look(watch);
      look(watch);

      assertThat(idle.isClosed()).isFalse();
    }
  }

  @Test
  void repeatsItselfAfterAnHourOnly() throws Exception {
    log.expectWarnings();
    VacuumWatch watch = watch(Duration.ZERO);
    try (Connection idle = idleInTransaction("SELECT 1")) {
      for (int minute = 0; minute <= 60; minute++) {
        look(watch);
      }
      assertThat(log.warnings()).hasSize(1);

      look(watch);

      assertThat(log.warnings()).hasSize(2);
      assertThat(idle.isClosed()).isFalse();
    }
  }

  @Test
  void countsFromItsFirstLookWhenItMayNotSeeTheAge() throws Exception {
    log.expectWarnings();
    river.dsl().execute("CREATE ROLE watcher LOGIN PASSWORD 'watcher'");
    try (Connection idle = idleInTransaction("SELECT 1")) {
      VacuumWatch watch =
          new VacuumWatch(
              new GateOfRole(river.database()),
              new VacuumHealth(),
              Duration.ofMinutes(2),
              nanos::get);
      look(watch);
      look(watch);
      assertThat(log.warnings()).isEmpty();
      look(watch);

      assertThat(log.warnings())
          .singleElement()
          .asString()
          .contains("session " + pid(idle), "pg_read_all_stats", "for at least 120 s");
    } finally {
      river.dsl().execute("DROP OWNED BY watcher");
      river.dsl().execute("DROP ROLE watcher");
    }
  }

  @Test
  void warnsWhenVacuumFallsBehind() {
    log.expectWarnings();
    leaveDeadRows(200);
    VacuumWatch watch = watch(Duration.ofMinutes(10));
    for (int minute = 0; minute < 10; minute++) {
      look(watch);
    }
    assertThat(log.warnings()).isEmpty();

    look(watch);

    assertThat(log.warnings())
        .singleElement()
        .asString()
        .contains("200 dead rows", "autovacuum (which is off) begins at 50;", "last vacuum never");
  }

  @Test
  void saysNothingAsLongAsVacuumKeepsUp() {
    leaveDeadRows(200);
    river.dsl().execute("VACUUM river_job");
    VacuumWatch watch = watch(Duration.ofMinutes(10));
    for (int minute = 0; minute < 20; minute++) {
      look(watch);
    }

    assertThat(statistics("last_vacuum")).isNotNull();
  }

  /** A minute passes. */
  private void look(VacuumWatch watch) {
    assertThat(watch.run()).isEqualTo(Duration.ofMinutes(1));
    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
  }

  private VacuumWatch watch(Duration threshold) {
    return new VacuumWatch(gate, new VacuumHealth(), threshold, nanos::get);
  }

  private Connection connection() throws SQLException {
    Connection connection = river.unpooled().getConnection();
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET application_name = 'report'");
    }
    return connection;
  }

  private Connection idleInTransaction(String first) throws SQLException {
    Connection connection = connection();
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(first);
    }
    return connection;
  }

  private static int pid(Connection connection) throws SQLException {
    return connection.unwrap(PGConnection.class).getBackendPID();
  }

  private void leaveDeadRows(int rows) {
    river
        .dsl()
        .execute(
            "ALTER TABLE river_job SET (autovacuum_enabled = false, autovacuum_vacuum_threshold = 50, autovacuum_vacuum_scale_factor = 0)");
    river
        .database()
        .run(
            db -> {
              db.execute(
                  "INSERT INTO river_job (kind, args) SELECT 'test', '{}' FROM generate_series(1, %s)"
                      .formatted(rows));
              db.execute("DELETE FROM river_job");
              db.execute("SELECT pg_stat_force_next_flush()");
            });
    await()
        .atMost(RiverDatabase.PATIENCE)
        .untilAsserted(() -> assertThat(statistics("n_dead_tup")).isEqualTo((long) rows));
  }

  private @Nullable Object statistics(String column) {
    return river
        .dsl()
        .fetchSingle(
            "SELECT %s FROM pg_stat_user_tables WHERE relname = 'river_job'".formatted(column))
        .get(0);
  }

  /** As if the client had a role of few rights. */
  private record GateOfRole(Database database) implements UpkeepGate {
    @Override
    public <T> Optional<T> pass(String duty, Duration limit, Function<DSLContext, T> work) {
      return Optional.of(
          database.callWithin(
              limit,
              db -> {
                db.execute("SET LOCAL ROLE watcher");
                return work.apply(db);
              }));
    }
  }
}
