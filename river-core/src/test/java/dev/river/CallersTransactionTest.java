package dev.river;

import static dev.river.schema.Tables.RIVER_JAVA_CLIENT;
import static dev.river.schema.Tables.RIVER_JOB;
import static dev.river.testing.RiverDatabase.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.river.job.Insert;
import dev.river.job.InsertOpts;
import dev.river.job.JobState;
import dev.river.job.UniqueOpts;
import dev.river.periodic.PeriodicJob;
import dev.river.query.JobQuery;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.LogWatch;
import dev.river.testing.NewJobs;
import dev.river.testing.Proxies;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.Extension;
import dev.river.work.InsertCall;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.support.TransactionTemplate;

/** A client whose data source hands out the connection of the caller's transaction. */
@Timeout(120)
class CallersTransactionTest {
  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  /** Longer than any test waits. */
  private static final Duration LONG = PATIENCE.multipliedBy(3);

  private final Thread caller = Thread.currentThread();
  private Connection callers;
  private boolean inTransaction = true; // owned by the caller's thread

  /** What a client does on the caller's thread. */
  record Call(String name, Consumer<RiverClient> call) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Call> calls() {
    Insert<TestArgs> one = Insert.of(new TestArgs("many"));
    InsertOpts unique = InsertOpts.builder().unique(UniqueOpts.builder().byArgs().build()).build();
    return List.of(
        new Call("insert", client -> client.insert(new TestArgs("one"))),
        new Call("insert unique", client -> client.insert(new TestArgs("one"), unique)),
        new Call("insertMany", client -> client.insertMany(List.of(one, one))),
        new Call("insertManyFast", client -> client.insertManyFast(Stream.of(one, one))),
        new Call("counts", client -> client.jobs().counts()),
        new Call("list", client -> client.jobs().list(JobQuery.all())),
        new Call("cancelAll", client -> client.jobs().cancelAll(JobQuery.all(), 10)),
        new Call("retryAll", client -> client.jobs().retryAll(JobQuery.all(), 10)),
        new Call("deleteAll", client -> client.jobs().deleteAll(JobQuery.all(), 10)),
        new Call("queues", client -> client.queues().list(10)),
        new Call("pause", client -> client.queues().pause("mail")),
        new Call("periodic jobs", client -> client.periodicJobs().list(10)),
        new Call("runNow", client -> client.periodicJobs().runNow("report")),
        new Call("fleet", client -> client.fleet().members()),
        new Call("resign", client -> client.fleet().requestResign()),
        new Call("inline plan", client -> client.inline().planPeriodicJobs()),
        new Call("inline runs", client -> client.inline().runPeriodicJobs()),
        new Call("inline schedule", client -> client.inline().schedule()),
        new Call(
            "inline work",
            client -> client.inline().work(new TestArgs("inline"), InsertOpts.defaults())),
        new Call("close", RiverClient::close));
  }

  @BeforeEach
  void begin() throws SQLException {
    river.dsl().execute("CREATE TABLE word (text text)");
    callers = river.unpooled().getConnection();
    callers.setAutoCommit(false);
  }

  @AfterEach
  void end() throws SQLException {
    inTransaction = false;
    callers.close();
  }

  @Test
  void aConnectionThatCannotBeGivenBackStaysTheCallers() throws SQLException {
    for (Exception failure : List.of(new SQLException("injected"), new IllegalStateException())) {
      DataSource failing =
          ofTransaction(
              () ->
                  Proxies.of(
                      Connection.class,
                      callers,
                      Map.of(
                          "close",
                          none -> {
                            throw failure;
                          })));
      RiverClient client = river.client(builder(failing));

      client.insert(new TestArgs("a"));
    }
    callers.commit();

    assertThat(jobs()).isEqualTo(2);
  }

  @ParameterizedTest
  @MethodSource("calls")
  void aCallNeitherCommitsNorChangesWhatItDidNotBegin(Call call) throws SQLException {
    RiverClient client = river.client(builder(ofTransaction(() -> unclosed(callers))));
    execute(callers, "INSERT INTO word VALUES ('callers')");
    callers.setNetworkTimeout(Runnable::run, 54_321);
    String before = settings(callers);

    call.call().accept(client);

    assertThat(settings(callers)).isEqualTo(before);
    assertThat(callers.getNetworkTimeout()).isEqualTo(54_321);
    assertThat(callers.getAutoCommit()).isFalse();
    assertThat(callers.isClosed()).isFalse();
    assertThat(words()).isZero();
    callers.rollback();
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @MethodSource("calls")
  void aTransactionWithoutAStatementYetIsTheCallersToo(Call call) throws SQLException {
    RiverClient client = river.client(builder(ofTransaction(() -> unclosed(callers))));

    call.call().accept(client);
    execute(callers, "INSERT INTO word VALUES ('callers')");
    callers.rollback();

    assertNothingIsLeft();
  }

  @Test
  void whatWasInsertedThereIsCommittedWithTheRest() throws SQLException {
    RiverClient client = river.client(builder(ofTransaction(() -> unclosed(callers))));
    execute(callers, "INSERT INTO word VALUES ('callers')");
    client.insert(new TestArgs("one"));
    client.insertMany(List.of(Insert.of(new TestArgs("two"))));
    client.insertManyFast(Stream.of(Insert.of(new TestArgs("three"))));

    callers.commit();

    assertThat(words()).isEqualTo(1);
    assertThat(jobs()).isEqualTo(3);
  }

  /** A data source may give the very connection, which is nobody's to close then. */
  @Test
  void theVeryConnectionOfTheCallerStaysOpen() throws SQLException {
    RiverClient client = river.client(builder(ofTransaction(() -> callers)));
    execute(callers, "INSERT INTO word VALUES ('callers')");

    client.insert(new TestArgs("one"));

    assertThat(callers.isClosed()).isFalse();
    callers.commit();
    assertThat(words()).isEqualTo(1);
    assertThat(jobs()).isEqualTo(1);
  }

  @Test
  void whatFailsThereLeavesTheTransactionUsable() throws SQLException {
    Extension failing =
        new Extension() {
          @Override
          public void aroundInsert(InsertCall call, InnerInsert inner) throws Exception {
            inner.proceed();
            throw new IOException("after the insert");
          }
        };
    RiverClient client =
        river.client(builder(ofTransaction(() -> unclosed(callers))).extension(failing));
    execute(callers, "INSERT INTO word VALUES ('callers')");

    assertThatThrownBy(() -> client.insert(new TestArgs("one"))).hasMessageContaining("after the");

    callers.commit();
    assertThat(words()).isEqualTo(1);
    assertThat(jobs()).isZero();
  }

  @Test
  void aStartInATransactionIsRefused() throws SQLException {
    RiverClient client = river.client(builder(ofTransaction(() -> unclosed(callers))));
    execute(callers, "INSERT INTO word VALUES ('callers')");

    assertThatThrownBy(client::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("start() must not be called in a transaction");

    callers.rollback();
    assertThat(words()).isZero();
    assertThat(river.dsl().fetchValue("SELECT count(*) FROM river_java_client")).isEqualTo(0L);
  }

  /** The row of a claimed job that has not begun is held by another transaction meanwhile. */
  @Test
  void jobsThatAreNotBegunAreNotPutBackInTheTransactionInWhichAQueueIsRemoved() throws Exception {
    log.expectWarnings();
    long large =
        river
            .dsl()
            .fetchSingle(
                "INSERT INTO river_job (kind, args) VALUES ('test',"
                    + " jsonb_build_object('name', repeat('x', 3000000))) RETURNING id")
            .get(0, Long.class);
    river.insert(NewJobs.available());
    CountDownLatch claimed = new CountDownLatch(1);
    inTransaction = false;
    AtomicInteger ofTransaction = new AtomicInteger();
    try (Connection blocker = river.unpooled().getConnection()) {
      blocker.setAutoCommit(false);
      AtomicReference<RiverClient> client = new AtomicReference<>();
      Extension pausing =
          new Extension() {
            @Override
            public void claimed(String queue, int jobs, Duration duration) {
              if (claimed.getCount() > 0) {
                client.get().queues().pause(queue);
                lock(blocker, large);
                claimed.countDown();
              }
            }
          };
      client.set(
          river.client(
              RiverClient.builder(
                      ofTransaction(
                          () -> {
                            ofTransaction.incrementAndGet();
                            return unclosed(callers);
                          }))
                  .queue("default", 2)
                  .workers(
                      new Workers().add(TestArgs.class, (job, context) -> WorkResult.completed()))
                  .extension(pausing)));
      client.get().start();
      assertThat(claimed.await(30, TimeUnit.SECONDS)).isTrue();

      inTransaction = true;
      assertThat(client.get().queues().remove("default", RiverDatabase.PATIENCE)).isTrue();

      assertThat(ofTransaction).hasValue(0);
      assertThat(river.row(large).getState()).isEqualTo(RiverJobState.running);
      inTransaction = false;
    }
  }

  /** The own workers must not hear of what may be rolled back. */
  @Test
  void aCancellationInTheTransactionReachesTheJobWhenItCommits() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    inTransaction = false;
    RiverClient client =
        river.started(
            RiverClient.builder(ofTransaction(() -> unclosed(callers)))
                .queue("default", 1)
                .workers(
                    new Workers()
                        .add(
                            TestArgs.class,
                            (job, context) -> {
                              begun.countDown();
                              try {
                                new CountDownLatch(1).await();
                              } catch (InterruptedException e) {
                                interrupted.countDown();
                                throw e;
                              }
                              return WorkResult.completed();
                            })));
    long id = client.insert(new TestArgs("a")).id();
    begun.await();

    inTransaction = true;
    assertThat(client.jobs().cancel(id).state()).isEqualTo(JobState.RUNNING);
    assertThat(interrupted.await(500, TimeUnit.MILLISECONDS)).isFalse();
    callers.commit();
    inTransaction = false;

    assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
    river.awaitState(id, RiverJobState.cancelled);
  }

  @ParameterizedTest
  @MethodSource("calls")
  void springsTransactionStaysSprings(Call call) {
    for (boolean autoCommit : List.of(true, false)) {
      try (HikariDataSource pool = pool(autoCommit)) {
        RiverClient client = builder(new TransactionAwareDataSourceProxy(pool)).build();

        transaction(pool)
            .executeWithoutResult(
                status -> {
                  call.call().accept(client);
                  assertThat(jobs()).isZero();
                  status.setRollbackOnly();
                });

        assertNothingIsLeft();
        client.close();
      }
    }
  }

  @Test
  void springsTransactionCommitsTheJobs() {
    for (boolean autoCommit : List.of(true, false)) {
      try (HikariDataSource pool = pool(autoCommit);
          RiverClient client = builder(new TransactionAwareDataSourceProxy(pool)).build()) {
        int before = jobs();

        transaction(pool)
            .executeWithoutResult(
                status -> {
                  client.insert(new TestArgs("a"));
                  assertThat(jobs()).isEqualTo(before);
                });
        client.insert(new TestArgs("outside"));

        assertThat(jobs()).isEqualTo(before + 2);
      }
    }
  }

  /** What the client does on threads of its own isn't part of anybody's transaction. */
  @Test
  void aClientOnSpringsProxyWorksJobs() {
    try (HikariDataSource pool = pool(false);
        RiverClient client =
            builder(new TransactionAwareDataSourceProxy(pool)).queue("default", 5).build()) {
      client.start();
      long id = transaction(pool).execute(status -> client.insert(new TestArgs("a")).id());

      river.awaitState(id, RiverJobState.completed);
    }
  }

  /** Nor need they look whether it is, for which they would take two connections at a time. */
  @Test
  void threadsOfTheClientsOwnTakeOneConnectionAtATime() {
    ThreadLocal<Integer> held = ThreadLocal.withInitial(() -> 0);
    Set<String> takers = ConcurrentHashMap.newKeySet();
    Set<String> greedy = ConcurrentHashMap.newKeySet();
    try (HikariDataSource pool = pool(false)) {
      DataSource wrapped =
          dataSource(
              () -> {
                takers.add(Thread.currentThread().getName());
                if (held.get() > 0) {
                  greedy.add(Thread.currentThread().getName());
                }
                held.set(held.get() + 1);
                Connection connection = pool.getConnection();
                return Proxies.of(
                    Connection.class,
                    connection,
                    Map.of(
                        "close",
                        none -> {
                          held.set(held.get() - 1);
                          connection.close();
                          return "";
                        }));
              });
      try (RiverClient client = builder(wrapped).queue("default", 5).build()) {
        client.start();
        long id = client.insert(new TestArgs("a")).id();
        river.awaitState(id, RiverJobState.completed);
        await()
            .atMost(PATIENCE)
            .until(
                () ->
                    Integer.valueOf(1)
                        .equals(
                            river
                                .dsl()
                                .fetchCount(
                                    RIVER_JAVA_CLIENT, RIVER_JAVA_CLIENT.LOCK_KEY.isNotNull())));
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(1))
            .until(
                () -> {
                  client.insert(new TestArgs("often enough for a notification that is held back"));
                  return takers.stream().anyMatch(name -> name.endsWith("-hints"));
                });
      }
    }
    assertThat(greedy).contains(caller.getName()).noneMatch(name -> name.startsWith("river-"));
  }

  @Test
  void aPoolWhoseConnectionsDoNotCommitByThemselvesGoesOnWorking() {
    try (HikariDataSource pool = pool(false)) {
      for (DataSource dataSource : List.of(pool, dataSource(pool::getConnection))) {
        river.dsl().deleteFrom(RIVER_JOB).execute();
        try (RiverClient client = builder(dataSource).build()) {
          client.insert(new TestArgs("one"));
          client.insertMany(List.of(Insert.of(new TestArgs("two"))));
          client.insertManyFast(Stream.of(Insert.of(new TestArgs("three"))));
          assertThat(jobs()).isEqualTo(3);
        }
      }
    }
  }

  /** The test of a connection leaves a transaction open, which is nobody's. */
  @Test
  void aPoolThatTestsItsConnectionsInATransactionGoesOnWorking() {
    HikariConfig config = config(false);
    config.setConnectionTestQuery("SELECT 1");
    try (HikariDataSource pool = new HikariDataSource(config)) {
      for (DataSource dataSource : List.of(pool, dataSource(pool::getConnection))) {
        int before = jobs();
        try (RiverClient client = builder(dataSource).build()) {
          client.insert(new TestArgs("one"));
          client.insert(new TestArgs("two"));
        }
        assertThat(jobs()).isEqualTo(before + 2);
      }
    }
  }

  @Test
  void aPoolOfOneConnectionIsEnoughBehindAProxy() {
    HikariConfig config = config(false);
    config.setMaximumPoolSize(1);
    config.setConnectionTimeout(LONG.toMillis());
    try (HikariDataSource pool = new HikariDataSource(config);
        RiverClient client = builder(dataSource(pool::getConnection)).build()) {
      assertTimeout(PATIENCE, () -> client.insert(new TestArgs("one")));
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
    assertThat(jobs()).isEqualTo(1);
  }

  /** Whoever asks for a second connection while it has one must not wait for it. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void threadsThatHoldEveryConnectionDoNotWaitForEachOther(boolean virtual) throws Exception {
    int threads = 4;
    HikariConfig config = config(false);
    config.setMaximumPoolSize(threads);
    config.setConnectionTimeout(LONG.toMillis());
    var everyoneHasOne = new CyclicBarrier(threads);
    ThreadLocal<Boolean> hasOne = ThreadLocal.withInitial(() -> false);
    try (HikariDataSource pool = new HikariDataSource(config)) {
      DataSource wrapped =
          dataSource(
              () -> {
                Connection connection = pool.getConnection();
                if (!hasOne.get()) {
                  hasOne.set(true);
                  everyoneHasOne.await();
                }
                return connection;
              });
      RiverClient client = builder(wrapped).build();
      List<FutureTask<Boolean>> inserts =
          Stream.generate(() -> new FutureTask<>(() -> insertUninterrupted(client)))
              .limit(threads)
              .toList();

      inserts.forEach(
          insert -> (virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon()).start(insert));

      for (FutureTask<Boolean> insert : inserts) {
        assertThat(insert.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      }
      assertThat(jobs()).isEqualTo(threads);
    }
  }

  private static boolean insertUninterrupted(RiverClient client) {
    client.insert(new TestArgs("one"));
    return !Thread.currentThread().isInterrupted();
  }

  @Test
  void anInterruptionOfTheCallerIsKept() {
    try (HikariDataSource pool = pool(false);
        RiverClient client = builder(dataSource(pool::getConnection)).build()) {
      client.insert(new TestArgs("one"));
      Thread.currentThread().interrupt();

      client.insert(new TestArgs("two"));

      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(jobs()).isEqualTo(2);
  }

  private static void lock(Connection blocker, long job) {
    try {
      execute(blocker, "SELECT 1 FROM river_job WHERE id = " + job + " FOR UPDATE");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private RiverClientBuilder builder(DataSource dataSource) {
    return RiverClient.builder(dataSource)
        .workers(new Workers().add(TestArgs.class, (job, context) -> WorkResult.completed()))
        .queue("mail", 1)
        .periodic(
            PeriodicJob.every(Duration.ofHours(1), () -> new TestArgs("periodic"))
                .id("report")
                .runOnStart());
  }

  private HikariDataSource pool(boolean autoCommit) {
    return new HikariDataSource(config(autoCommit));
  }

  private HikariConfig config(boolean autoCommit) {
    HikariConfig config = new HikariConfig();
    config.setDataSource(river.unpooled());
    config.setAutoCommit(autoCommit);
    config.setMaximumPoolSize(15);
    config.setMinimumIdle(0);
    return config;
  }

  private static TransactionTemplate transaction(DataSource pool) {
    return new TransactionTemplate(new DataSourceTransactionManager(pool));
  }

  private void assertNothingIsLeft() {
    assertThat(words()).isZero();
    assertThat(jobs()).isZero();
    assertThat(river.dsl().fetchValue("SELECT count(*) FROM river_queue")).isEqualTo(0L);
    assertThat(river.dsl().fetchValue("SELECT count(*) FROM river_java_periodic_job"))
        .isEqualTo(0L);
  }

  private int jobs() {
    return river.dsl().fetchCount(RIVER_JOB);
  }

  private int words() {
    return river.dsl().fetchCount(DSL.table("word"));
  }

  private static String settings(Connection connection) throws SQLException {
    StringBuilder settings = new StringBuilder();
    for (String name :
        List.of(
            "transaction_isolation",
            "transaction_read_only",
            "statement_timeout",
            "lock_timeout",
            "search_path")) {
      try (Statement statement = connection.createStatement();
          var value = statement.executeQuery("SHOW " + name)) {
        value.next();
        settings.append(name).append('=').append(value.getString(1)).append(' ');
      }
    }
    return settings.toString();
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** As a proxy of a framework does: in a transaction, its thread is given its connection. */
  private DataSource ofTransaction(Giver connection) {
    return dataSource(
        () ->
            inTransaction && Thread.currentThread().equals(caller)
                ? connection.give()
                : river.dataSource().getConnection());
  }

  private static Connection unclosed(Connection connection) {
    return Proxies.of(Connection.class, connection, Map.of("close", none -> ""));
  }

  /** Gives a connection, or throws. */
  @FunctionalInterface
  private interface Giver {
    Connection give() throws Exception;
  }

  private static DataSource dataSource(Giver connections) {
    return Proxies.of(
        DataSource.class, "a data source", Map.of("getConnection", none -> connections.give()));
  }
}
