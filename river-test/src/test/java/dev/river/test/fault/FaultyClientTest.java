package dev.river.test.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.river.RiverClient;
import dev.river.error.DatabaseException;
import dev.river.job.Insert;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.job.JobState;
import dev.river.work.JobContext;
import dev.river.work.WorkResult;
import dev.river.work.Worker;
import dev.river.work.Workers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** Clients and pools on a database with faults. */
class FaultyClientTest {
  private static final String JOBS = "SELECT count(*) FROM river_job";

  @RegisterExtension final FaultDatabase database = new FaultDatabase();

  private FaultyDataSource faults;

  private record EntryArgs(int number) implements JobArgs {
    @Override
    public String kind() {
      return "entry";
    }
  }

  /** Writes two entries in one transaction. */
  private record EntryWorker(DataSource dataSource, AtomicInteger begun)
      implements Worker<EntryArgs> {
    @Override
    public WorkResult work(Job<EntryArgs> job, JobContext context) throws SQLException {
      begun.incrementAndGet();
      try (Connection connection = dataSource.getConnection();
          Statement statement = connection.createStatement()) {
        connection.setAutoCommit(false);
        statement.execute("INSERT INTO ledger VALUES ('first of " + job.args().number() + "')");
        statement.execute("INSERT INTO ledger VALUES ('second of " + job.args().number() + "')");
        connection.commit();
      }
      return WorkResult.completed();
    }
  }

  @BeforeEach
  void wrap() {
    faults = FaultyDataSource.around(database.dataSource());
  }

  @Test
  void anInsertIsStoredThoughTheConnectionIsLostAfterItsCommit() {
    try (RiverClient client = RiverClient.builder(faults).build()) {
      Fault fault = faults.loseConnectionAtCommit().afterTheCommit();
      assertLost(() -> client.insert(new EntryArgs(1)));
      assertThat(fault.hasHappened()).isTrue();
      assertThat(database.count(JOBS)).isOne();

      faults.loseConnectionAtCommit().beforeTheCommit();
      assertLost(() -> client.insert(new EntryArgs(2)));
      assertThat(database.count(JOBS)).isOne();

      client.insert(new EntryArgs(3));
      assertThat(database.count(JOBS)).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aJobSharesTheFateOfItsTransaction(boolean stored) {
    CommitFaults fault =
        faults.loseConnectionAtCommit().ofTransactionsWith(sql -> sql.contains("ledger"));
    Fault armed = stored ? fault.afterTheCommit() : fault.beforeTheCommit();
    try (RiverClient client = RiverClient.builder(faults).build()) {
      assertThatThrownBy(
              () ->
                  DSL.using(faults, SQLDialect.POSTGRES)
                      .transaction(
                          tx -> {
                            tx.dsl().execute("INSERT INTO ledger VALUES ('order')");
                            client.insertTx(tx.dsl(), new EntryArgs(1));
                          }))
          .hasRootCauseInstanceOf(InjectedFault.class);
    }

    assertThat(armed.hasHappened()).isTrue();
    database.awaitLedger(stored ? new String[] {"order"} : new String[0]);
    assertThat(database.count(JOBS)).isEqualTo(stored ? 1 : 0);
  }

  @Test
  void manyJobsAreCopiedAndLostWithTheirCommit() {
    try (RiverClient client = RiverClient.builder(faults).build()) {
      assertThat(client.insertManyFast(jobs(100))).isEqualTo(100);

      Fault fault = faults.loseConnectionAtCommit().beforeTheCommit();
      assertLost(() -> client.insertManyFast(jobs(100)));

      assertThat(fault.hasHappened()).isTrue();
      assertThat(database.count(JOBS)).isEqualTo(100);
    }
  }

  @Test
  void aClientListensAsEver() {
    AtomicInteger begun = new AtomicInteger();
    try (RiverClient client =
        RiverClient.builder(faults)
            .workers(new Workers().add(new EntryWorker(faults, begun)))
            .queue("default", 1)
            .pollInterval(Duration.ofHours(1))
            .build()) {
      client.start();
      try (RiverClient inserting = RiverClient.builder(database.dataSource()).build()) {
        for (int i = 0; i < 5; i++) {
          long id = inserting.insert(new EntryArgs(i)).job().id();
          awaitCompleted(client, id);
        }
      }
    }
    assertThat(begun).hasValue(5);
  }

  @Test
  void aCrashInAWorkersTransactionLeavesNothingOfItAndAnotherClientTakesOver() throws Exception {
    AtomicInteger begun = new AtomicInteger();
    try (RiverClient dying = client("dying", faults, begun)) {
      dying.start();
      Fault crash = faults.crash().countingOnly(sql -> sql.contains("ledger")).afterStatement(2);

      long id = dying.insert(new EntryArgs(1)).job().id();

      crash.await(FaultDatabase.PATIENCE);
      database.awaitLedger();
      try (RiverClient heir = client("heir", database.dataSource(), begun)) {
        heir.start();
        awaitCompleted(heir, id);
        assertThat(heir.jobs().get(id).orElseThrow().attemptedBy()).endsWith("heir");
      }
      database.awaitLedger("first of 1", "second of 1");
      assertThat(begun).hasValue(2);
      assertThat(faults.happened()).containsExactly(crash);
      faults.reset(); // so that it can end in peace
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void worksWithAPoolBelowAndAbove(boolean below) throws Exception {
    HikariConfig config = new HikariConfig();
    config.setMaximumPoolSize(20);
    config.setMinimumIdle(0);
    config.setDataSource(below ? database.dataSource() : faults);
    AtomicInteger begun = new AtomicInteger();
    try (HikariDataSource pool = new HikariDataSource(config)) {
      if (below) {
        faults = FaultyDataSource.around(pool);
      }
      DataSource used = below ? faults : pool;
      try (Connection connection = used.getConnection()) {
        assertThat(connection.unwrap(PGConnection.class).getBackendPID()).isPositive();
      }
      try (RiverClient client = client("pooled", used, begun)) {
        client.start();
        Fault completion = faults.failCompletion().connectionLostBefore();
        Fault commit =
            faults
                .loseConnectionAtCommit()
                .ofTransactionsWith(sql -> sql.contains("second of 2"))
                .beforeTheCommit();
        awaitCompleted(client, client.insert(new EntryArgs(1)).job().id());
        awaitCompleted(client, client.insert(new EntryArgs(2)).job().id());
        assertThat(faults.happened()).containsExactly(completion, commit);

        faults.crash().now();
        faults.reset();
        awaitCompleted(client, insertAfterCrash(client));
      }
      // none is left outside of the pool
      await().atMost(FaultDatabase.PATIENCE).until(() -> active(pool) == 0);
    }
    database.awaitLedger(
        "first of 1", "second of 1", "first of 2", "second of 2", "first of 3", "second of 3");
    assertThat(begun).hasValueGreaterThanOrEqualTo(4);
  }

  /** A pool may lend a connection that it has not yet seen to be broken. */
  private static long insertAfterCrash(RiverClient client) {
    return await()
        .atMost(FaultDatabase.PATIENCE)
        .ignoreExceptions()
        .until(() -> client.insert(new EntryArgs(3)).job().id(), id -> id > 0);
  }

  private static int active(HikariDataSource pool) {
    return pool.getHikariPoolMXBean().getActiveConnections();
  }

  private static RiverClient client(String id, DataSource dataSource, AtomicInteger begun) {
    return RiverClient.builder(dataSource)
        .id(id)
        .workers(new Workers().add(new EntryWorker(dataSource, begun)))
        .retryPolicy(job -> Duration.ZERO)
        .queue("default", 1)
        .build();
  }

  private static Stream<Insert<EntryArgs>> jobs(int number) {
    return IntStream.range(0, number).mapToObj(i -> Insert.of(new EntryArgs(i)));
  }

  private static void awaitCompleted(RiverClient client, long id) {
    await()
        .atMost(FaultDatabase.PATIENCE)
        .ignoreExceptionsInstanceOf(DatabaseException.class)
        .until(() -> client.jobs().get(id).orElseThrow().state() == JobState.COMPLETED);
  }

  private static void assertLost(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(DatabaseException.class)
        .satisfies(e -> assertThat(((DatabaseException) e).isUnreachable()).isTrue())
        .hasRootCauseInstanceOf(InjectedFault.class);
  }
}
