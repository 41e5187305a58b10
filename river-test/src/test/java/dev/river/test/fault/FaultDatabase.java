package dev.river.test.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.river.test.postgres.TestDatabase;
import dev.river.test.postgres.TestPostgres;
import java.time.Duration;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Gives each test a database of its own, with River's tables and one named {@code ledger}. */
final class FaultDatabase implements BeforeEachCallback, AfterEachCallback {
  /** Far longer than anything takes; only a test that fails waits for it. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private @Nullable TestDatabase database;

  @Override
  public void beforeEach(ExtensionContext context) {
    database = TestPostgres.shared().createDatabase();
    dsl().execute("CREATE TABLE ledger (entry text PRIMARY KEY)");
  }

  @Override
  public void afterEach(ExtensionContext context) {
    test().close();
  }

  /** Connections on which nothing happens. */
  DataSource dataSource() {
    return test().dataSource();
  }

  String url() {
    return test().url();
  }

  /** Runs statements on connections on which nothing happens. */
  DSLContext dsl() {
    return DSL.using(dataSource(), SQLDialect.POSTGRES);
  }

  /** Waits until the server has ended all transactions and lets go of what they held. */
  void awaitLedger(String... entries) {
    await().atMost(PATIENCE).until(() -> openTransactions() == 0);
    assertThat(dsl().fetch("SELECT entry FROM ledger").map(row -> row.get(0, String.class)))
        .containsExactlyInAnyOrder(entries);
  }

  /** Waits until no session has the application name. */
  void awaitNoSession(String application) {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                count(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                            + " AND application_name = '%s'".formatted(application))
                    == 0);
  }

  private long openTransactions() {
    return count(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            + " AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'");
  }

  long count(String sql) {
    Record row = dsl().fetchSingle(sql);
    return row.get(0, long.class);
  }

  private TestDatabase test() {
    if (database == null) {
      throw new IllegalStateException("no test runs");
    }
    return database;
  }
}
