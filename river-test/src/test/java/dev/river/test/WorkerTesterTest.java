package dev.river.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.RiverClient;
import dev.river.event.EventKind;
import dev.river.event.WorkedJob;
import dev.river.job.InsertOpts;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.job.JobState;
import dev.river.test.postgres.TestDatabase;
import dev.river.test.postgres.TestPostgres;
import dev.river.work.JobContext;
import dev.river.work.WorkResult;
import dev.river.work.Worker;
import dev.river.work.Workers;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkerTesterTest {
  private static TestDatabase database;

  /** Of a transaction that is never committed. */
  private Connection connection;

  private DSLContext tx;

  private record ReceiptArgs(int order) implements JobArgs {
    @Override
    public String kind() {
      return "receipt";
    }
  }

  private record MailArgs(String text) implements JobArgs {
    @Override
    public String kind() {
      return "mail";
    }
  }

  /** Makes a mail of a receipt. */
  private static final class ReceiptWorker implements Worker<ReceiptArgs> {
    @Override
    public WorkResult work(Job<ReceiptArgs> job, JobContext context) throws IOException {
      if (job.args().order() < 0) {
        throw new IOException("no order " + job.args().order());
      }
      context.client().insert(new MailArgs("receipt of order " + job.args().order()));
      return WorkResult.completed();
    }
  }

  @BeforeAll
  static void createDatabase() {
    database = TestPostgres.shared().createDatabase();
  }

  @AfterAll
  static void dropDatabase() {
    database.close();
  }

  @BeforeEach
  void begin() throws SQLException {
    connection = database.dataSource().getConnection();
    connection.setAutoCommit(false);
    tx = DSL.using(connection, SQLDialect.POSTGRES);
  }

  @AfterEach
  void rollBack() throws SQLException {
    connection.rollback();
    connection.close();
  }

  private static WorkerTester tester() {
    return WorkerTester.of(
        new Workers()
            .add(new ReceiptWorker())
            .add(MailArgs.class, (job, context) -> WorkResult.snooze(Duration.ofHours(1))));
  }

  @Test
  void worksArgumentsInTheTransaction() throws Exception {
    WorkedJob worked = tester().work(tx, new ReceiptArgs(7)).orThrow();

    assertThat(worked.kind()).isEqualTo(EventKind.JOB_COMPLETED);
    assertThat(worked.job().state()).isEqualTo(JobState.COMPLETED);
    assertThat(worked.events()).hasSize(1);
    Job<MailArgs> mail = RiverAssertions.requireInserted(tx, MailArgs.class);
    assertThat(mail.args().text()).isEqualTo("receipt of order 7");
    connection.rollback();
    RiverAssertions.requireNotInserted(tx, ReceiptArgs.class);
  }

  @Test
  void worksWithTheOptionsOfAnInsert() {
    InsertOpts opts = InsertOpts.builder().queue("mail").maxAttempts(1).build();

    WorkedJob worked = tester().work(connection, new ReceiptArgs(-1), opts);

    assertThat(worked.job().queue()).isEqualTo("mail");
    assertThat(worked.job().state()).isEqualTo(JobState.DISCARDED);
  }

  @Test
  void theFailureIsTheVeryExceptionOfTheWorker() {
    WorkedJob worked = tester().work(connection, new ReceiptArgs(-1));

    assertThat(worked.kind()).isEqualTo(EventKind.JOB_FAILED);
    assertThat(worked.failure()).get().isInstanceOf(IOException.class);
    assertThatThrownBy(worked::orThrow).isInstanceOf(IOException.class).hasMessage("no order -1");
    assertThat(worked.job().state()).isEqualTo(JobState.RETRYABLE);
    assertThat(worked.job().errors().getFirst().error()).contains("no order -1");
  }

  @Test
  void worksAJobThatCodeUnderTestHasInserted() {
    long id;
    try (RiverClient client = RiverClient.builder(database.dataSource()).build()) {
      id = client.insertTx(tx, new MailArgs("later")).id();
    }

    WorkedJob worked = tester().work(tx, id);

    assertThat(worked.kind()).isEqualTo(EventKind.JOB_SNOOZED);
    assertThat(tester().work(connection, id).job().id()).isEqualTo(id);
  }

  @Test
  void storesAndReadsTheArgumentsAsAClientDoes() {
    record Wrapped(List<String> words) implements JobArgs {
      @Override
      public String kind() {
        return "wrapped";
      }
    }
    List<String> given = List.of("whale");
    WorkerTester tester =
        WorkerTester.of(
            new Workers()
                .add(
                    Wrapped.class,
                    (job, context) -> {
                      assertThat(job.args().words()).isEqualTo(given).isNotSameAs(given);
                      return WorkResult.completed();
                    }));

    assertThat(tester.work(tx, new Wrapped(given)).failure()).isEmpty();
  }

  @Test
  void followsTheSettingsOfTheClient() {
    WorkerTester tester =
        WorkerTester.configuredBy(
            client ->
                client
                    .workers(new Workers().add(new ReceiptWorker()))
                    .retryPolicy(job -> Duration.ofDays(3))
                    .clock(TestClock.standingAt(Instant.parse("2030-01-02T03:04:05Z"))));

    WorkedJob worked = tester.work(tx, new ReceiptArgs(-1));

    assertThat(worked.job().state()).isEqualTo(JobState.RETRYABLE);
    assertThat(worked.job().scheduledAt()).isEqualTo("2030-01-05T03:04:05Z");
  }

  @Test
  void refusesWhatAClientRefuses() {
    WorkerTester tester = WorkerTester.of(new ReceiptWorker());

    assertThatThrownBy(() -> tester.work(tx, new MailArgs("x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got: mail");
  }
}
