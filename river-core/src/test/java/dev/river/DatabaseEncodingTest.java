package dev.river;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.river.db.RiverMigrator;
import dev.river.error.DatabaseException;
import dev.river.job.Insert;
import dev.river.job.InsertOpts;
import dev.river.job.JobRow;
import dev.river.job.JobState;
import dev.river.test.postgres.PostgresServer;
import dev.river.test.postgres.TestPostgres;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.WorkResult;
import dev.river.work.Worker;
import dev.river.work.Workers;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A database whose encoding does not have every character. */
class DatabaseEncodingTest {
  private static final String CHINESE = "\u4e2d";

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final PostgresServer server = TestPostgres.shared().server();
  private final String name = "encoding_" + UUID.randomUUID().toString().replace("-", "");
  private DataSource dataSource;

  @BeforeEach
  void prepare() {
    log.expectWarnings();
    dataSource = server.dataSource(name); // of a database that is still to be created
  }

  private void create(String encoding) {
    river
        .dsl()
        .execute(
            "CREATE DATABASE %s ENCODING '%s' TEMPLATE template0 LOCALE 'C'"
                .formatted(name, encoding));
    RiverMigrator.builder(dataSource).build().migrate();
  }

  @AfterEach
  void drop() {
    river.close();
    river.open();
    river.dsl().execute("DROP DATABASE IF EXISTS %s WITH (FORCE)".formatted(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"LATIN1", "LATIN2", "WIN1251", "EUC_JP", "SQL_ASCII"})
  void keepsTheTextOfAFailureAndACancellationAsOne(String encoding) {
    create(encoding);
    List<JobRow> jobs =
        work(
            (job, context) -> {
              if (job.args().name().equals("cancels")) {
                return WorkResult.cancel("no " + CHINESE + " \ud55c\uae00");
              }
              throw new IllegalStateException("no " + CHINESE + " \ud55c\uae00");
            },
            "fails",
            "cancels");

    assertThat(jobs.get(0).state()).isEqualTo(JobState.DISCARDED);
    assertThat(jobs.get(1).state()).isEqualTo(JobState.CANCELLED);
    assertThat(jobs)
        .allSatisfy(
            job ->
                assertThat(job.errors())
                    .singleElement()
                    .satisfies(
                        error ->
                            assertThat(error.error())
                                .containsAnyOf("\ud55c\uae00", "\\u" + "d55c\\u" + "ae00")
                                .contains("no ")));
  }

  @Test
  void keepsWhatTheEncodingHas() {
    create("LATIN1");
    List<JobRow> jobs =
        work(
            (job, context) -> {
              throw new IllegalStateException("caf\u00e9 " + CHINESE);
            },
            "fails");

    assertThat(jobs.getFirst().errors().getFirst().error()).contains("caf\u00e9 \\u" + "4e2d");
  }

  @Test
  void anOutputThatCanNotBeStoredFailsItsJob() {
    create("LATIN1");
    List<JobRow> jobs =
        work(
            (job, context) -> {
              if (!job.args().name().equals("plain")) {
                context.output(CHINESE);
              }
              if (job.args().name().equals("fails")) {
                throw new IllegalStateException("boom");
              }
              return job.args().name().equals("cancels")
                  ? WorkResult.cancel("enough")
                  : WorkResult.completed();
            },
            "completes",
            "cancels",
            "fails",
            "plain");

    assertThat(jobs)
        .extracting(JobRow::state)
        .containsExactly(
            JobState.DISCARDED, JobState.CANCELLED, JobState.DISCARDED, JobState.COMPLETED);
    assertThat(errorOf(jobs.get(0))).contains("its result was refused").contains("LATIN1");
    assertThat(errorOf(jobs.get(1))).contains("enough").contains("its metadata was refused");
    assertThat(errorOf(jobs.get(2))).contains("boom").contains("its metadata was refused");
  }

  @Test
  void aLineInTheLogOfAnAttemptIsEscaped() {
    create("LATIN1");
    List<JobRow> jobs =
        work(
            (job, context) -> {
              context.metadata("name", "caf\u00e9");
              context.logger().info("read {}", CHINESE);
              return WorkResult.completed();
            },
            "logs");

    assertThat(jobs.getFirst().state()).isEqualTo(JobState.COMPLETED);
    assertThat(jobs.getFirst().metadata()).contains("caf\u00e9").contains("read \\\\u" + "4e2d");
  }

  @Test
  void argumentsThatCanNotBeStoredAreRefused() {
    create("LATIN1");
    RiverClient client = river.client(RiverClient.builder(dataSource));

    assertThatThrownBy(() -> client.insert(new TestArgs(CHINESE)))
        .isInstanceOf(DatabaseException.class)
        .hasMessageContaining("LATIN1");
    assertThatThrownBy(() -> client.insertManyFast(Stream.of(Insert.of(new TestArgs(CHINESE)))))
        .isInstanceOf(DatabaseException.class)
        .hasMessageContaining("LATIN1");
    assertThat(DSL.using(dataSource, SQLDialect.POSTGRES).fetchCount(RIVER_JOB)).isZero();
  }

  private static String errorOf(JobRow job) {
    return job.errors().getFirst().error();
  }

  private List<JobRow> work(Worker<TestArgs> worker, String... names) {
    RiverClient client =
        river.started(
            RiverClient.builder(dataSource)
                .workers(new Workers().add(TestArgs.class, worker))
                .queue("default", 10));
    InsertOpts once = InsertOpts.builder().maxAttempts(1).build();
    List<Long> ids =
        Stream.of(names).map(each -> client.insert(new TestArgs(each), once).job().id()).toList();
    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(
            () ->
                ids.stream()
                    .allMatch(
                        id ->
                            client
                                .jobs()
                                .get(id)
                                .filter(job -> job.finalizedAt().isPresent())
                                .isPresent()));
    return ids.stream().map(id -> client.jobs().get(id).orElseThrow()).toList();
  }
}
