package dev.river;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.job.Insert;
import dev.river.job.InsertOpts;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.job.JobRow;
import dev.river.job.JobState;
import dev.river.schema.enums.RiverJobState;
import dev.river.schema.tables.records.RiverJobRecord;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jooq.JSONB;
import org.jooq.SQLDialect;
import org.jooq.conf.MappedSchema;
import org.jooq.conf.ParamType;
import org.jooq.conf.RenderMapping;
import org.jooq.conf.RenderNameCase;
import org.jooq.conf.RenderQuotedNames;
import org.jooq.conf.Settings;
import org.jooq.conf.StatementType;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class InsertTest {
  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private RiverClient client;

  @BeforeEach
  void makeClient() {
    client = river.client(RiverClient.builder(river.dataSource()));
  }

  record WithDefaults() implements JobArgs {
    @Override
    public String kind() {
      return "with_defaults";
    }

    @Override
    public InsertOpts insertOpts() {
      return InsertOpts.builder()
          .queue("mail")
          .priority(3)
          .maxAttempts(5)
          .tags("one-tag", "two-tag")
          .metadata(Map.of("by", "class"))
          .build();
    }
  }

  @Test
  void storesRiversDefaultsWhereNothingIsSaid() {
    Job<TestArgs> job = client.insert(new TestArgs("a")).job();

    RiverJobRecord row = river.row(job.id());
    assertThat(row.getState()).isEqualTo(RiverJobState.available);
    assertThat(row.getKind()).isEqualTo("test");
    assertThat(row.getArgs()).isEqualTo(JSONB.valueOf("{\"name\": \"a\"}"));
    assertThat(row.getQueue()).isEqualTo("default");
    assertThat(row.getPriority()).isEqualTo(1);
    assertThat(row.getMaxAttempts()).isEqualTo(25);
    assertThat(row.getAttempt()).isZero();
    assertThat(row.getTags()).isEmpty();
    assertThat(row.getMetadata()).isEqualTo(JSONB.valueOf("{}"));
    assertThat(row.getScheduledAt()).isEqualTo(row.getCreatedAt());
    assertThat(row.getUniqueKey()).isNull();
  }

  @Test
  void returnsTheJobAsItIsStored() {
    Job<TestArgs> job = client.insert(new TestArgs("a")).job();

    assertThat(job.args()).isEqualTo(new TestArgs("a"));
    assertThat(job.state()).isEqualTo(JobState.AVAILABLE);
    assertThat(job.attempt()).isZero();
    assertThat(job.row().createdAt()).isEqualTo(river.row(job.id()).getCreatedAt());
    assertThat(job.row().finalizedAt()).isEmpty();
  }

  @Test
  void takesTheDefaultsOfTheClassAndLetsTheCallWinFieldByField() {
    Job<WithDefaults> plain = client.insert(new WithDefaults()).job();
    Job<WithDefaults> other =
        client
            .insert(
                new WithDefaults(),
                InsertOpts.builder().priority(2).tags("three").metadata(Map.of("x", 1)).build())
            .job();

    assertThat(plain.queue()).isEqualTo("mail");
    assertThat(plain.priority()).isEqualTo(3);
    assertThat(plain.maxAttempts()).isEqualTo(5);
    assertThat(plain.row().tags()).containsExactly("one-tag", "two-tag");
    assertThat(plain.row().metadata()).isEqualTo("{\"by\": \"class\"}");
    assertThat(other.queue()).isEqualTo("mail");
    assertThat(other.priority()).isEqualTo(2);
    assertThat(other.maxAttempts()).isEqualTo(5);
    assertThat(other.row().tags()).containsExactly("three");
    assertThat(other.row().metadata()).isEqualTo("{\"x\": 1}");
  }

  @Test
  void takesTheClientsMaxAttemptsWhereNoOptionsSaySomething() {
    RiverClient three = river.client(RiverClient.builder(river.dataSource()).maxAttempts(3));

    assertThat(three.insert(new TestArgs("a")).job().maxAttempts()).isEqualTo(3);
    assertThat(three.insert(new WithDefaults()).job().maxAttempts()).isEqualTo(5);
  }

  @Test
  void schedulesWhatLiesInTheFutureAndTakesThePastAsNow() {
    Instant future = Instant.now().plus(Duration.ofDays(1));
    Instant past = Instant.parse("2020-01-01T00:00:00Z");

    Job<TestArgs> later =
        client.insert(new TestArgs("a"), InsertOpts.builder().scheduledAt(future).build()).job();
    Job<TestArgs> now =
        client.insert(new TestArgs("a"), InsertOpts.builder().scheduledAt(past).build()).job();

    assertThat(later.state()).isEqualTo(JobState.SCHEDULED);
    assertThat(later.scheduledAt())
        .isEqualTo(future.truncatedTo(java.time.temporal.ChronoUnit.MICROS));
    assertThat(now.state()).isEqualTo(JobState.AVAILABLE);
    assertThat(now.scheduledAt()).isEqualTo(past);
  }

  @Test
  void setsPendingJobsAside() {
    InsertOpts pending =
        InsertOpts.builder().pending(true).scheduledAt(Instant.now().plusSeconds(60)).build();

    assertThat(client.insert(new TestArgs("a"), pending).job().state()).isEqualTo(JobState.PENDING);
  }

  @Test
  void aRolledBackJobIsNeverSeen() {
    assertThatThrownBy(
            () ->
                river
                    .dsl()
                    .transaction(
                        tx -> {
                          client.insertTx(tx.dsl(), new TestArgs("a"));
                          throw new IllegalStateException("roll back");
                        }))
        .hasMessage("roll back");

    assertThat(river.dsl().fetchCount(RIVER_JOB)).isZero();
  }

  @Test
  void aJobIsSeenWhenItsTransactionCommits() {
    river
        .dsl()
        .transaction(
            tx -> {
              client.insertTx(
                  tx.dsl(), new TestArgs("a"), InsertOpts.builder().priority(2).build());
              assertThat(river.dsl().fetchCount(RIVER_JOB)).isZero();
            });

    assertThat(river.dsl().fetchCount(RIVER_JOB)).isEqualTo(1);
  }

  @Test
  void insertsInTheCallersTransactionThoughItsOwnDatabaseIsOutOfReach() {
    UnreachableDatabase nowhere = new UnreachableDatabase();
    RiverClient inserting = river.client(RiverClient.builder(nowhere));

    river.dsl().transaction(tx -> inserting.insertTx(tx.dsl(), new TestArgs("a")));

    assertThat(river.dsl().fetchCount(RIVER_JOB)).isEqualTo(1);
    assertThat(nowhere.attempts()).isZero();
  }

  @Test
  void takesItsTimesFromTheDatabase() {
    river
        .dsl()
        .transaction(
            tx -> {
              Instant begin =
                  tx.dsl().select(DSL.field("now()", SQLDataType.INSTANT)).fetchSingle().value1();

              Job<TestArgs> one = client.insertTx(tx.dsl(), new TestArgs("a")).job();
              JobRow many =
                  client
                      .insertManyTx(tx.dsl(), List.of(Insert.of(new TestArgs("b"))))
                      .getFirst()
                      .job()
                      .row();

              assertThat(List.of(one.row().createdAt(), one.scheduledAt())).containsOnly(begin);
              assertThat(List.of(many.createdAt(), many.scheduledAt())).containsOnly(begin);
            });
  }

  @Test
  void insertsInTheTransactionOfAConnectionAndLeavesItAsItWas() throws Exception {
    try (Connection connection = river.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      client.insertTx(connection, new TestArgs("a"));
      assertThat(connection.getAutoCommit()).isFalse();
      assertThat(connection.isClosed()).isFalse();
      connection.rollback();
      assertThat(river.dsl().fetchCount(RIVER_JOB)).isZero();

      client.insertTx(connection, new TestArgs("b"), InsertOpts.builder().priority(2).build());
      connection.commit();
    }
    assertThat(river.dsl().fetchCount(RIVER_JOB)).isEqualTo(1);
  }

  @Test
  void neitherUsesNorChangesTheSettingsOfTheCallersContext() {
    Settings strange =
        new Settings()
            .withStatementType(StatementType.STATIC_STATEMENT)
            .withParamType(ParamType.INLINED)
            .withRenderNameCase(RenderNameCase.UPPER)
            .withRenderQuotedNames(RenderQuotedNames.ALWAYS)
            .withRenderMapping(
                new RenderMapping()
                    .withSchemata(new MappedSchema().withInput("").withOutput("nowhere")));
    Settings before = (Settings) strange.clone();

    DSL.using(river.dataSource(), SQLDialect.MYSQL, strange)
        .transaction(tx -> client.insertTx(tx.dsl(), new TestArgs("a")));

    assertThat(strange).isEqualTo(before);
    assertThat(river.dsl().fetchCount(RIVER_JOB)).isEqualTo(1);
  }

  @Test
  void insertsOnConnectionsThatDoNotCommitByThemselves() {
    RiverClient manual =
        river.client(RiverClient.builder(new ManualCommitDataSource(river.dataSource())));

    manual.insert(new TestArgs("a"));

    assertThat(river.dsl().fetchCount(RIVER_JOB)).isEqualTo(1);
  }

  @Test
  void refusesKindsThatItsWorkersDoNotKnow() {
    Workers workers =
        new Workers().add(WithDefaults.class, (job, context) -> WorkResult.completed());
    RiverClient knowing = river.client(RiverClient.builder(river.dataSource()).workers(workers));

    assertThatThrownBy(() -> knowing.insert(new TestArgs("a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("with_defaults")
        .hasMessageContaining("got: test");
    assertThat(river.dsl().fetchCount(RIVER_JOB)).isZero();
  }

  record Named(String kind) implements JobArgs {}

  record Nested(Object value) implements JobArgs {
    @Override
    public String kind() {
      return "nested";
    }
  }

  @Test
  void refusesWhatCannotBeStoredBeforeAnySqlRuns() {
    List<JobArgs> invalid =
        List.of(
            new Named("x"),
            new Named("no spaces"),
            new Named("k".repeat(128)),
            new TestArgs("nul \0"),
            new TestArgs("half \uD83D"),
            new Nested(new Object()));

    for (JobArgs args : invalid) {
      assertThatThrownBy(
              () ->
                  river
                      .dsl()
                      .transaction(
                          tx -> {
                            try {
                              client.insertTx(tx.dsl(), args);
                            } finally {
                              tx.dsl().selectOne().fetch(); // the transaction still works
                            }
                          }))
          .as(args.toString())
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(river.dsl().fetchCount(RIVER_JOB)).isZero();
  }

  @Test
  void insertsIntoAnySchema() {
    river.dsl().execute("CREATE SCHEMA \"Other\"");
    for (var migration : dev.river.db.RiverMigrator.migrations()) {
      river.dsl().connection(c -> c.createStatement().execute(migration.sql("Other")));
    }
    RiverClient other = river.client(RiverClient.builder(river.dataSource()).schema("Other"));

    other.insert(new TestArgs("a"));

    assertThat(river.dsl().fetchCount(RIVER_JOB)).isZero();
    assertThat(river.dsl().fetchCount(DSL.table("\"Other\".river_job"))).isEqualTo(1);
  }

  @Test
  void namesWhatTheDatabaseRefusedByItsSqlState() {
    river.dsl().execute("ALTER TABLE river_job ADD CHECK (queue <> 'refused')");

    assertThatThrownBy(
            () -> client.insert(new TestArgs("a"), InsertOpts.builder().queue("refused").build()))
        .isInstanceOfSatisfying(
            dev.river.error.DatabaseException.class,
            e -> assertThat(e.sqlState()).contains("23514"));
  }

  @Test
  void refusesToInsertAfterItWasClosed() {
    client.close();

    assertThatThrownBy(() -> client.insert(new TestArgs("a")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }
}
