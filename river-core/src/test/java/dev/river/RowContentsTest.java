package dev.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.river.error.DatabaseException;
import dev.river.error.DatabaseException.Reason;
import dev.river.job.Insert;
import dev.river.job.InsertOpts;
import dev.river.job.JobRow;
import dev.river.schema.enums.RiverJobState;
import dev.river.schema.tables.records.RiverJobRecord;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.util.PSQLException;

/** What rows hold is in no exception, no log line and no stored error of others. */
class RowContentsTest {
  private static final String SECRET = "top-secret";

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  @Test
  void refusedInsertsDoNotShowTheirRows() {
    river.dsl().execute("ALTER TABLE river_job ADD CONSTRAINT no_jobs CHECK (args->>'name' = '')");
    RiverClient client = river.client(RiverClient.builder(river.dataSource()));
    TestArgs args = new TestArgs(SECRET);

    assertShowsNoRow(() -> client.insert(args));
    assertShowsNoRow(() -> client.insertMany(List.of(Insert.of(args))));
    assertShowsNoRow(() -> client.insertManyFast(Stream.of(Insert.of(args))));
    assertShowsNoRow(() -> river.dsl().transaction(tx -> client.insertTx(tx.dsl(), args)));
  }

  private static void assertShowsNoRow(ThrowingCallable insert) {
    Throwable thrown = catchThrowableOfType(Throwable.class, insert);
    // jOOQ wraps what is thrown in its transactions
    DatabaseException failure =
        Stream.iterate(thrown, Objects::nonNull, Throwable::getCause)
            .filter(DatabaseException.class::isInstance)
            .map(DatabaseException.class::cast)
            .findFirst()
            .orElseThrow();
    assertThat(failure.reason()).isEqualTo(Reason.ROW);
    assertThat(failure.sqlState()).contains("23514");
    assertThat(failure).hasMessageContaining("no_jobs").cause().isInstanceOf(PSQLException.class);
    StringWriter stack = new StringWriter();
    thrown.printStackTrace(new PrintWriter(stack));
    assertThat(stack.toString()).contains("no_jobs").doesNotContain(SECRET);
  }

  @Test
  void neitherDoesAResultThatWasRefused() {
    log.expectWarnings();
    river
        .dsl()
        .execute("ALTER TABLE river_job ADD CONSTRAINT no_output CHECK (NOT metadata ? 'output')");
    RiverClient client =
        river.started(
            RiverClient.builder(river.dataSource())
                .queue("default", 1)
                .retryPolicy(job -> Duration.ofDays(1))
                .workers(
                    new Workers()
                        .add(
                            TestArgs.class,
                            (job, context) -> {
                              context.output(Map.of("token", SECRET));
                              return WorkResult.completed();
                            })));

    long id = client.insert(new TestArgs(SECRET), InsertOpts.builder().maxAttempts(3).build()).id();

    RiverJobRecord row = river.awaitState(id, RiverJobState.retryable);
    JobRow job = client.jobs().get(id).orElseThrow();
    assertThat(job.errors().getLast().error())
        .contains("its result was refused", "no_output")
        .doesNotContain(SECRET);
    assertThat(row.getErrors()[0].data()).doesNotContain(SECRET);
    await() // it is logged after it is stored
        .atMost(RiverDatabase.PATIENCE)
        .untilAsserted(() -> assertThat(log.everything()).contains("no_output"));
    assertThat(log.everything()).doesNotContain(SECRET);
  }

  @Test
  void callsSayWhatIsMissing() {
    RiverClient nowhere = river.client(RiverClient.builder(river.dataSource()).schema("nowhere"));

    DatabaseException failure =
        catchThrowableOfType(DatabaseException.class, () -> nowhere.insert(new TestArgs("a")));
    assertThat(failure.reason()).isEqualTo(Reason.SCHEMA);
    assertThat(failure).hasMessageContaining("RiverMigrator").hasMessageContaining("schema(...)");
    DatabaseException ofCounts =
        catchThrowableOfType(DatabaseException.class, () -> nowhere.jobs().counts());
    assertThat(ofCounts).hasMessageContaining("RiverMigrator");
  }

  @Test
  void callsSayThatAPrivilegeIsMissing() {
    river
        .dsl()
        .execute(
            "DO $$ BEGIN CREATE ROLE river_reader; EXCEPTION WHEN duplicate_object THEN NULL;"
                + " END $$; GRANT SELECT ON ALL TABLES IN SCHEMA public TO river_reader");
    RiverClient client = river.client(RiverClient.builder(river.dataSource()));

    river
        .dsl()
        .connection(
            connection -> {
              connection.setAutoCommit(false);
              connection.createStatement().execute("SET LOCAL ROLE river_reader");
              DatabaseException failure =
                  catchThrowableOfType(
                      DatabaseException.class,
                      () -> client.insertTx(connection, new TestArgs("a")));
              assertThat(failure.reason()).isEqualTo(Reason.PERMISSION);
              assertThat(failure).hasMessageContaining("needs USAGE on River's schema");
              connection.rollback();
              connection.setAutoCommit(true);
            });
  }
}
