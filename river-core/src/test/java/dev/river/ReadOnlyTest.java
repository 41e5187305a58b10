package dev.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.river.error.DatabaseException;
import dev.river.error.DatabaseException.Reason;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;

/** A server that is read-only for a while, as a former primary is after a failover. */
class ReadOnlyTest {
  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  @Test
  void aPoolDoesNotLendConnectionsToAReadOnlyServerAgain() throws Exception {
    try (HikariDataSource pool = hikari()) {
      survives(pool);
    }
  }

  @Test
  void neitherDoesTheDriversPool() throws Exception {
    @SuppressWarnings("deprecation")
    var pool = new org.postgresql.ds.PGPoolingDataSource();
    pool.setDataSourceName("read-only-test");
    pool.setUrl(river.url());
    pool.setMaxConnections(10);
    try {
      survives(pool);
    } finally {
      pool.close();
    }
  }

  @Test
  void aDataSourceWithoutAPoolNeedsNothing() throws Exception {
    var dataSource = new PGSimpleDataSource();
    dataSource.setUrl(river.url());
    survives(dataSource);
  }

  private void survives(DataSource dataSource) throws Exception {
    log.expectWarnings();
    try (RiverClient client = started(dataSource)) {
      river.awaitState(client.insert(new TestArgs("a")).id(), RiverJobState.completed);

      setReadOnly("on");
      await()
          .atMost(RiverDatabase.PATIENCE)
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> client.insert(new TestArgs("a")))
                      .isInstanceOfSatisfying(
                          DatabaseException.class,
                          e -> assertThat(e.reason()).isEqualTo(Reason.READ_ONLY))
                      .hasMessageContaining("read-only"));
      await()
          .atMost(RiverDatabase.PATIENCE)
          .until(() -> log.warnings().stream().anyMatch(line -> line.contains("is away")));
      setReadOnlyOfNewConnections("off"); // those of the pool stay read-only

      await()
          .atMost(RiverDatabase.PATIENCE)
          .ignoreExceptions()
          .until(() -> client.insert(new TestArgs("b")).id(), id -> id > 0);
      long last =
          await()
              .atMost(RiverDatabase.PATIENCE)
              .ignoreExceptions()
              .until(() -> client.insert(new TestArgs("c")).id(), id -> id > 0);
      river.awaitState(last, RiverJobState.completed);
      await().atMost(RiverDatabase.PATIENCE).until(() -> client.fleet().leader().isPresent());
    }
    assertThat(log.warnings()).filteredOn(line -> line.contains("pass failed")).isEmpty();
    assertThat(log.warnings()).filteredOn(line -> line.contains("is away")).hasSizeLessThan(3);
  }

  @Test
  void startWaitsUntilTheDatabaseTakesWrites() throws Exception {
    log.expectWarnings();
    setReadOnly("on");
    try (HikariDataSource pool = hikari()) {
      RiverClient client = river.client(builder(pool).awaitDatabase(RiverClient.FOREVER));
      CompletableFuture<Void> started = CompletableFuture.runAsync(client::start);
      await()
          .atMost(RiverDatabase.PATIENCE)
          .until(() -> log.warnings().stream().anyMatch(line -> line.contains("can't start yet")));
      setReadOnlyOfNewConnections("off");

      started.get(RiverDatabase.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      river.awaitState(client.insert(new TestArgs("a")).id(), RiverJobState.completed);
      client.close();
    }
  }

  private HikariDataSource hikari() {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(river.url());
    config.setMaximumPoolSize(8);
    return new HikariDataSource(config);
  }

  private void setReadOnly(String value) {
    setReadOnlyOfNewConnections(value);
    river.terminateEveryConnection();
  }

  private void setReadOnlyOfNewConnections(String value) {
    DSL.using(river.unpooled(), SQLDialect.POSTGRES)
        .execute(
            "SET transaction_read_only = off; DO $$ BEGIN EXECUTE format("
                + "'ALTER DATABASE %I SET default_transaction_read_only = "
                + value
                + "', current_database()); END $$");
  }

  private static RiverClient started(DataSource dataSource) {
    RiverClient client = builder(dataSource).build();
    client.start();
    return client;
  }

  private static RiverClientBuilder builder(DataSource dataSource) {
    return RiverClient.builder(dataSource)
        .id("client")
        .queue("default", 5)
        .workers(new Workers().add(TestArgs.class, (job, context) -> WorkResult.completed()));
  }
}
