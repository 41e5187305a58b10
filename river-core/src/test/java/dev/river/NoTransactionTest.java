package dev.river;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.river.job.Insert;
import dev.river.job.InsertOpts;
import dev.river.job.JobUpdate;
import dev.river.periodic.PeriodicJob;
import dev.river.query.JobQuery;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.Extension;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.support.TransactionTemplate;

/** What belongs in the caller's transaction, where the caller has none. */
class NoTransactionTest {
  private static final String CONNECTION = "the connection must be in a transaction, but commits";
  private static final String CONTEXT = "the DSLContext must be in a transaction, but is not";
  private static final Insert<TestArgs> JOB = Insert.of(new TestArgs("a"));

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private RiverClient client;
  private RiverClient extended;
  private long id;

  /** One form for a connection, and the same one for a context. */
  record Call(String name, OnConnection onConnection, OnContext onContext) {
    @Override
    public String toString() {
      return name;
    }
  }

  interface OnConnection {
    void call(NoTransactionTest test, Connection connection);
  }

  interface OnContext {
    void call(NoTransactionTest test, DSLContext context);
  }

  static List<Call> writes() {
    return List.of(
        new Call(
            "insertTx",
            (test, tx) -> test.client.insertTx(tx, new TestArgs("a")),
            (test, tx) -> test.client.insertTx(tx, new TestArgs("a"))),
        new Call(
            "insertTx with options",
            (test, tx) -> test.client.insertTx(tx, new TestArgs("a"), InsertOpts.defaults()),
            (test, tx) -> test.client.insertTx(tx, new TestArgs("a"), InsertOpts.defaults())),
        new Call(
            "insertManyTx",
            (test, tx) -> test.client.insertManyTx(tx, List.of(JOB)),
            (test, tx) -> test.client.insertManyTx(tx, List.of(JOB))),
        new Call(
            "insertManyFastTx",
            (test, tx) -> test.client.insertManyFastTx(tx, Stream.of(JOB)),
            (test, tx) -> test.client.insertManyFastTx(tx, Stream.of(JOB))),
        new Call(
            "insertTx with an extension",
            (test, tx) -> test.extended.insertTx(tx, new TestArgs("a")),
            (test, tx) -> test.extended.insertTx(tx, new TestArgs("a"))),
        new Call(
            "insertManyTx with an extension",
            (test, tx) -> test.extended.insertManyTx(tx, List.of(JOB)),
            (test, tx) -> test.extended.insertManyTx(tx, List.of(JOB))),
        new Call(
            "insertManyFastTx with an extension",
            (test, tx) -> test.extended.insertManyFastTx(tx, Stream.of(JOB)),
            (test, tx) -> test.extended.insertManyFastTx(tx, Stream.of(JOB))),
        new Call(
            "cancel",
            (test, tx) -> test.client.jobs(tx).cancel(test.id),
            (test, tx) -> test.client.jobs(tx).cancel(test.id)),
        new Call(
            "cancelAll",
            (test, tx) -> test.client.jobs(tx).cancelAll(JobQuery.all(), 1),
            (test, tx) -> test.client.jobs(tx).cancelAll(JobQuery.all(), 1)),
        new Call(
            "retry",
            (test, tx) -> test.client.jobs(tx).retry(test.id),
            (test, tx) -> test.client.jobs(tx).retry(test.id)),
        new Call(
            "retryAll",
            (test, tx) -> test.client.jobs(tx).retryAll(JobQuery.all(), 1),
            (test, tx) -> test.client.jobs(tx).retryAll(JobQuery.all(), 1)),
        new Call(
            "delete",
            (test, tx) -> test.client.jobs(tx).delete(test.id),
            (test, tx) -> test.client.jobs(tx).delete(test.id)),
        new Call(
            "deleteAll",
            (test, tx) -> test.client.jobs(tx).deleteAll(JobQuery.all(), 1),
            (test, tx) -> test.client.jobs(tx).deleteAll(JobQuery.all(), 1)),
        new Call(
            "update",
            (test, tx) -> test.client.jobs(tx).update(test.id, priority(4)),
            (test, tx) -> test.client.jobs(tx).update(test.id, priority(4))),
        new Call(
            "pause",
            (test, tx) -> test.client.queues(tx).pause("mail"),
            (test, tx) -> test.client.queues(tx).pause("mail")),
        new Call(
            "resume",
            (test, tx) -> test.client.queues(tx).resume("*"),
            (test, tx) -> test.client.queues(tx).resume("*")),
        new Call(
            "setMetadata",
            (test, tx) -> test.client.queues(tx).setMetadata("mail", Map.of()),
            (test, tx) -> test.client.queues(tx).setMetadata("mail", Map.of())),
        new Call(
            "pause a periodic job",
            (test, tx) -> test.client.periodicJobs(tx).pause("report"),
            (test, tx) -> test.client.periodicJobs(tx).pause("report")),
        new Call(
            "resume a periodic job",
            (test, tx) -> test.client.periodicJobs(tx).resume("report"),
            (test, tx) -> test.client.periodicJobs(tx).resume("report")),
        new Call(
            "run a periodic job",
            (test, tx) -> test.client.periodicJobs(tx).runNow("report"),
            (test, tx) -> test.client.periodicJobs(tx).runNow("report")),
        new Call(
            "remove a periodic job",
            (test, tx) -> test.client.periodicJobs(tx).remove("report"),
            (test, tx) -> test.client.periodicJobs(tx).remove("report")));
  }

  private static JobUpdate priority(int priority) {
    return JobUpdate.builder().priority(priority).build();
  }

  @BeforeEach
  void makeClients() {
    client = river.client(builder());
    extended = river.client(builder().extension(new Extension() {}));
    id = client.insert(new TestArgs("waits")).id();
  }

  private RiverClientBuilder builder() {
    return RiverClient.builder(river.dataSource())
        .workers(new Workers().add(TestArgs.class, (job, context) -> WorkResult.completed()))
        .queue("mail", 1)
        .periodic(
            PeriodicJob.every(Duration.ofHours(1), () -> new TestArgs("periodic")).id("report"));
  }

  @ParameterizedTest
  @MethodSource("writes")
  void aConnectionThatCommitsByItselfIsRefused(Call call) throws Exception {
    try (Connection connection = river.dataSource().getConnection()) {
      assertThatThrownBy(() -> call.onConnection().call(this, connection))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith(CONNECTION)
          .hasMessageContaining("setAutoCommit(false)");
      assertThat(connection.getAutoCommit()).isTrue();
    }
    assertNothingHasChanged();
  }

  @ParameterizedTest
  @MethodSource("writes")
  void theContextAroundATransactionIsRefused(Call call) {
    DSLContext outer = river.dsl();

    assertThatThrownBy(() -> outer.transaction(tx -> call.onContext().call(this, outer)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(CONTEXT)
        .hasMessageContaining("tx.dsl()");
    assertNothingHasChanged();
  }

  @ParameterizedTest
  @MethodSource("writes")
  void aContextOfAConnectionThatCommitsByItselfIsRefused(Call call) throws Exception {
    try (Connection connection = river.dataSource().getConnection()) {
      DSLContext context = DSL.using(connection, SQLDialect.POSTGRES);

      assertThatThrownBy(() -> call.onContext().call(this, context))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("setAutoCommit(false)");
    }
    assertNothingHasChanged();
  }

  /** Where connections don't commit by themselves, it would be lost instead of committed. */
  @ParameterizedTest
  @MethodSource("writes")
  void theContextAroundATransactionIsRefusedOnAPoolThatDoesNotCommit(Call call) {
    HikariConfig config = new HikariConfig();
    config.setDataSource(river.unpooled());
    config.setAutoCommit(false);
    config.setMinimumIdle(0);
    try (HikariDataSource pool = new HikariDataSource(config)) {
      for (var dataSource : List.of(pool, new TransactionAwareDataSourceProxy(pool))) {
        DSLContext outer = DSL.using(dataSource, SQLDialect.POSTGRES);
        assertThatThrownBy(() -> outer.transaction(tx -> call.onContext().call(this, outer)))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageStartingWith(CONTEXT);
      }
    }
    assertNothingHasChanged();
  }

  /** The context of an application in which Spring begins and ends the transactions. */
  @Test
  void aContextOnSpringsTransactionIsInOne() {
    for (boolean autoCommit : List.of(true, false)) {
      HikariConfig config = new HikariConfig();
      config.setDataSource(river.unpooled());
      config.setAutoCommit(autoCommit);
      try (HikariDataSource pool = new HikariDataSource(config)) {
        DSLContext dsl = DSL.using(new TransactionAwareDataSourceProxy(pool), SQLDialect.POSTGRES);
        var transaction = new TransactionTemplate(new DataSourceTransactionManager(pool));

        long committed =
            transaction.execute(status -> client.insertTx(dsl, new TestArgs("a")).id());
        long rolledBack =
            transaction.execute(
                status -> {
                  status.setRollbackOnly();
                  return client.insertTx(dsl, new TestArgs("a")).id();
                });

        assertThat(river.row(committed).getState()).isEqualTo(RiverJobState.available);
        assertThat(river.dsl().fetchCount(RIVER_JOB, RIVER_JOB.ID.eq(rolledBack))).isZero();
      }
    }
  }

  @Test
  void toReadNeedsNoTransaction() throws Exception {
    try (Connection connection = river.dataSource().getConnection()) {
      assertThat(client.jobs(connection).get(id)).isPresent();
      assertThat(client.jobs(connection).list(JobQuery.all()).jobs()).hasSize(1);
      client.jobs(connection).counts();
      assertThat(client.queues(connection).list(10)).isEmpty();
      assertThat(client.queues(connection).get("mail")).isEmpty();
      assertThat(client.periodicJobs(connection).list(10)).isEmpty();
      assertThat(client.periodicJobs(connection).get("report")).isEmpty();
    }
    assertThat(client.jobs(river.dsl()).get(id)).isPresent();
    assertThat(client.queues(river.dsl()).list(10)).isEmpty();
    assertThat(client.periodicJobs(river.dsl()).list(10)).isEmpty();
  }

  @Test
  void aJobCanNotBeCompletedThere() throws Exception {
    CompletableFuture<List<Throwable>> refusals = new CompletableFuture<>();
    RiverClient working =
        river.started(
            RiverClient.builder(river.dataSource())
                .queue("default", 1)
                .workers(
                    new Workers()
                        .add(
                            TestArgs.class,
                            (job, context) -> {
                              try (Connection connection = river.dataSource().getConnection()) {
                                refusals.complete(
                                    List.of(
                                        refusal(() -> context.completeTx(connection)),
                                        refusal(() -> context.completeTx(river.dsl()))));
                              }
                              return WorkResult.snooze(Duration.ofHours(1));
                            })));

    List<Throwable> thrown = refusals.get(30, TimeUnit.SECONDS);

    assertThat(thrown).allMatch(IllegalStateException.class::isInstance);
    assertThat(thrown.getFirst()).hasMessageStartingWith(CONNECTION);
    assertThat(thrown.getLast()).hasMessageStartingWith(CONTEXT);
    river.awaitState(id, RiverJobState.scheduled);
    working.close();
  }

  private static Throwable refusal(Runnable call) {
    try {
      call.run();
      return new AssertionError("not refused");
    } catch (IllegalStateException e) {
      return e;
    }
  }

  private void assertNothingHasChanged() {
    assertThat(river.row(id).getState()).isEqualTo(RiverJobState.available);
    assertThat(river.row(id).getPriority().intValue()).isEqualTo(1);
    assertThat(river.dsl().fetchCount(RIVER_JOB)).isEqualTo(1);
    assertThat(river.dsl().fetchValue("SELECT count(*) FROM river_queue")).isEqualTo(0L);
  }
}
