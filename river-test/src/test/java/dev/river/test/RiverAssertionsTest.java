package dev.river.test;

import static dev.river.test.RiverAssertions.requireInserted;
import static dev.river.test.RiverAssertions.requireNotInserted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.RiverClient;
import dev.river.db.RiverMigrator;
import dev.river.error.DatabaseException;
import dev.river.job.InsertOpts;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.job.JobState;
import dev.river.test.postgres.TestDatabase;
import dev.river.test.postgres.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RiverAssertionsTest {
  private static final Instant TIME = Instant.parse("2030-01-02T03:04:05.000006Z");

  private static TestDatabase database;
  private static RiverClient client;

  /** Of a transaction that is never committed. */
  private Connection connection;

  private DSLContext tx;

  private record SortArgs(List<String> strings) implements JobArgs {
    SortArgs {
      Objects.requireNonNull(strings, "strings");
    }

    @Override
    public String kind() {
      return "sort";
    }
  }

  private record OtherSortArgs(int strings) implements JobArgs {
    @Override
    public String kind() {
      return "sort";
    }
  }

  private record MailArgs(String to) implements JobArgs {
    @Override
    public String kind() {
      return "mail";
    }
  }

  @BeforeAll
  static void createDatabase() {
    database = TestPostgres.shared().createDatabase();
    client = RiverClient.builder(database.dataSource()).build();
  }

  @AfterAll
  static void dropDatabase() {
    client.close();
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

  @Test
  void returnsTheOnlyJobOfItsClass() {
    Job<SortArgs> inserted = client.insertTx(tx, new SortArgs(List.of("whale", "tiger")));
    client.insertTx(tx, new MailArgs("bob"));

    assertThat(requireInserted(tx, SortArgs.class)).isEqualTo(inserted);
    assertThat(requireInserted(connection, SortArgs.class)).isEqualTo(inserted);
  }

  @Test
  void seesOnlyWhatItsTransactionSees() throws SQLException {
    client.insertTx(tx, new MailArgs("bob"));

    try (Connection other = database.dataSource().getConnection()) {
      requireNotInserted(other, MailArgs.class);
    }
    assertThat(requireInserted(connection, MailArgs.class).args().to()).isEqualTo("bob");
  }

  @Test
  void leavesTheTransactionOpen() throws SQLException {
    requireNotInserted(tx, MailArgs.class);
    requireNotInserted(connection, MailArgs.class);

    assertThat(connection.isClosed()).isFalse();
    assertThat(connection.getAutoCommit()).isFalse();
    client.insertTx(connection, new MailArgs("bob"));
    assertThat(requireInserted(tx, MailArgs.class).state()).isEqualTo(JobState.AVAILABLE);
  }

  @Test
  void saysThatThereIsNoJobAtAll() {
    assertThatThrownBy(() -> requireInserted(tx, SortArgs.class))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            "expected one job of kind \"sort\" (SortArgs), got none: there is no job of any kind");
  }

  @Test
  void saysWhichKindsThereAreInstead() {
    client.insertTx(tx, new MailArgs("bob"));
    client.insertTx(tx, new MailArgs("eve"));

    assertThatThrownBy(() -> requireInserted(connection, SortArgs.class))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            "expected one job of kind \"sort\" (SortArgs), got none: there are 2 of kind \"mail\"");
  }

  @Test
  void saysWhichJobsThereAreIfTheyAreSeveral() {
    Job<MailArgs> first = client.insertTx(tx, new MailArgs("bob"));
    Job<MailArgs> second =
        client.insertTx(
            tx,
            new MailArgs("e".repeat(300)),
            InsertOpts.builder().queue("slow").scheduledAt(TIME).build());

    assertThatThrownBy(() -> requireInserted(tx, MailArgs.class))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            """
            expected one job of kind "mail" (MailArgs), got 2:
              job %d, available in queue default: {"to": "bob"}
              job %d, scheduled in queue slow: {"to": "%s..."""
                .formatted(first.id(), second.id(), "e".repeat(192)));
  }

  @Test
  void saysHowManyMoreJobsThereAre() {
    for (int i = 0; i < 12; i++) {
      client.insertTx(tx, new MailArgs("bob"));
    }

    assertThatThrownBy(() -> requireInserted(tx, MailArgs.class))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("got 12:")
        .hasMessageEndingWith("\n  ... and 2 more")
        .satisfies(e -> assertThat(String.valueOf(e.getMessage()).lines()).hasSize(12));
  }

  @Test
  void saysThatArgsDoNotFit() {
    Job<SortArgs> job = client.insertTx(tx, new SortArgs(List.of("whale")));

    assertThatThrownBy(() -> requireInserted(tx, OtherSortArgs.class))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith(
            "job %d: args can't be read as %s", job.id(), OtherSortArgs.class.getName());
  }

  @Test
  void acceptsAJobThatHasWhatIsExpected() {
    InsertOpts opts =
        InsertOpts.builder()
            .queue("slow")
            .priority(3)
            .maxAttempts(7)
            .scheduledAt(TIME.plusNanos(7))
            .pending(true)
            .tags("one", "two")
            .metadata(Map.of("customer", 7, "total", 1.50, "path", List.of("a", Map.of("b", 1L))))
            .build();
    Job<MailArgs> job = client.insertTx(tx, new MailArgs("bob"), opts);

    assertThat(requireInserted(tx, MailArgs.class, opts)).isEqualTo(job);
    assertThat(requireInserted(connection, MailArgs.class, opts)).isEqualTo(job);
    assertThat(requireInserted(tx, MailArgs.class, InsertOpts.defaults())).isEqualTo(job);
    assertThat(requireInserted(tx, MailArgs.class, metadata(Map.of("customer", 7L))))
        .isEqualTo(job);
  }

  @Test
  void namesEveryFieldThatDiffers() {
    Job<MailArgs> job =
        client.insertTx(
            tx, new MailArgs("bob"), InsertOpts.builder().metadata(Map.of("customer", 8)).build());
    InsertOpts expected =
        InsertOpts.builder()
            .queue("slow")
            .priority(3)
            .maxAttempts(7)
            .scheduledAt(TIME)
            .pending(true)
            .tags("one", "two")
            .metadata(Map.of("customer", 7))
            .build();

    String message =
        """
        job %d of kind "mail" was not inserted as expected:
          queue: expected slow, got default
          priority: expected 3, got 1
          maxAttempts: expected 7, got 25
          scheduledAt: expected %s, got %s
          pending: expected true, got false
          tags: expected [one, two], got []
          metadata: expected {"customer":7}, got {"customer": 8}"""
            .formatted(job.id(), TIME, job.scheduledAt());
    assertThatThrownBy(() -> requireInserted(tx, MailArgs.class, expected))
        .isInstanceOf(AssertionError.class)
        .hasMessage(message);
    assertThatThrownBy(() -> requireInserted(connection, MailArgs.class, expected))
        .isInstanceOf(AssertionError.class)
        .hasMessage(message);
  }

  @Test
  void namesOnlyTheFieldsThatDiffer() {
    Job<MailArgs> job = client.insertTx(tx, new MailArgs("bob"));

    assertThatThrownBy(
            () ->
                requireInserted(
                    tx,
                    MailArgs.class,
                    InsertOpts.builder().queue("default").priority(2).pending(false).build()))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            "job %d of kind \"mail\" was not inserted as expected:\n  priority: expected 2, got 1",
            job.id());
  }

  @Test
  void missesMetadataThatIsNotThere() {
    client.insertTx(tx, new MailArgs("bob"), metadata(Map.of("customer", 7)));

    assertThatThrownBy(
            () -> requireInserted(tx, MailArgs.class, metadata(Map.of("customer", 7, "order", 1))))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("\n  metadata: expected {");
  }

  @Test
  void acceptsThatThereIsNoJobOfAClass() {
    client.insertTx(tx, new SortArgs(List.of()));

    assertThatCode(() -> requireNotInserted(tx, MailArgs.class)).doesNotThrowAnyException();
    assertThatCode(() -> requireNotInserted(connection, MailArgs.class)).doesNotThrowAnyException();
  }

  @Test
  void saysWhichJobThereIsThoughNoneIsExpected() {
    Job<MailArgs> job = client.insertTx(tx, new MailArgs("bob"));

    String message =
        """
        expected no job of kind "mail" (MailArgs), got 1:
          job %d, available in queue default: {"to": "bob"}"""
            .formatted(job.id());
    assertThatThrownBy(() -> requireNotInserted(tx, MailArgs.class))
        .isInstanceOf(AssertionError.class)
        .hasMessage(message);
    assertThatThrownBy(() -> requireNotInserted(connection, MailArgs.class))
        .isInstanceOf(AssertionError.class)
        .hasMessage(message);
  }

  @Test
  void looksInASchemaOfChoice() {
    RiverMigrator.builder(database.dataSource()).schema("jobs").build().migrate();
    SchemaAssertions inJobs = RiverAssertions.inSchema("jobs");
    try (RiverClient ofJobs = RiverClient.builder(database.dataSource()).schema("jobs").build()) {
      InsertOpts opts = InsertOpts.builder().priority(2).build();
      Job<MailArgs> job = ofJobs.insertTx(tx, new MailArgs("bob"), opts);

      assertThat(inJobs.requireInserted(tx, MailArgs.class)).isEqualTo(job);
      assertThat(inJobs.requireInserted(connection, MailArgs.class)).isEqualTo(job);
      assertThat(inJobs.requireInserted(tx, MailArgs.class, opts)).isEqualTo(job);
      assertThat(inJobs.requireInserted(connection, MailArgs.class, opts)).isEqualTo(job);
      assertThatThrownBy(() -> inJobs.requireNotInserted(tx, MailArgs.class))
          .isInstanceOf(AssertionError.class);
      assertThatThrownBy(() -> inJobs.requireNotInserted(connection, MailArgs.class))
          .isInstanceOf(AssertionError.class);
      requireNotInserted(tx, MailArgs.class);
    }
  }

  @Test
  void failsOtherwiseThanAnAssertionIfThereIsNoSuchSchema() {
    assertThatThrownBy(
            () -> RiverAssertions.inSchema("nowhere").requireInserted(tx, MailArgs.class))
        .isInstanceOf(DatabaseException.class)
        .hasMessageContaining("nowhere");
  }

  @Test
  void refusesAClassWithoutAKindOfItsOwn() {
    assertThatThrownBy(() -> requireInserted(tx, JobArgs.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be concrete");
  }

  private static InsertOpts metadata(Map<String, ?> metadata) {
    return InsertOpts.builder().metadata(metadata).build();
  }
}
