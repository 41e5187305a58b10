package dev.river;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.error.DatabaseException;
import dev.river.error.UniqueConflictException;
import dev.river.internal.store.NotificationStream;
import dev.river.job.Insert;
import dev.river.job.InsertOpts;
import dev.river.job.JobArgs;
import dev.river.job.UniqueOpts;
import dev.river.schema.enums.RiverJobState;
import dev.river.schema.tables.records.RiverJobRecord;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.sql.Connection;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jooq.JSONB;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class InsertManyFastTest {
  private static final InsertOpts BY_ARGS =
      InsertOpts.builder().unique(UniqueOpts.builder().byArgs().build()).build();
  private static final String AWKWARD = "\\ \\N \\. \t \n \r \" ' {},; é \u007f\u2028 😀";

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private RiverClient client;

  @BeforeEach
  void makeClient() {
    client = river.client(RiverClient.builder(river.dataSource()));
  }

  record InvalidArgs() implements JobArgs {
    @Override
    public String kind() {
      return "not valid";
    }
  }

  @Test
  void storesTheSameAsInsert() {
    Instant future = Instant.parse("2100-01-01T00:00:00.000001Z");
    InsertOpts full =
        InsertOpts.builder()
            .queue("mail")
            .priority(3)
            .maxAttempts(7)
            .scheduledAt(future)
            .tags("one-tag", "two")
            .metadata(Map.of(AWKWARD, AWKWARD))
            .unique(UniqueOpts.builder().byArgs().byQueue().build())
            .build();
    InsertOpts past =
        InsertOpts.builder().scheduledAt(Instant.parse("0001-01-01T00:00:00Z")).build();
    InsertOpts pending = InsertOpts.builder().pending(true).scheduledAt(future).build();

    List<Insert<TestArgs>> jobs =
        Stream.of(InsertOpts.defaults(), full, past, pending)
            .map(opts -> Insert.of(new TestArgs(AWKWARD), opts))
            .toList();
    assertThat(client.insertManyFast(jobs.stream())).isEqualTo(4);
    List<RiverJobRecord> fast = rows();
    river.dsl().deleteFrom(RIVER_JOB).execute();
    jobs.forEach(job -> client.insert(job.args(), job.opts()));
    List<RiverJobRecord> single = rows();
    river.dsl().deleteFrom(RIVER_JOB).execute();
    client.insertMany(jobs);
    List<RiverJobRecord> many = rows();

    assertThat(fast.stream().map(InsertManyFastTest::comparable))
        .containsExactlyElementsOf(single.stream().map(InsertManyFastTest::comparable).toList());
    assertThat(many.stream().map(InsertManyFastTest::comparable))
        .containsExactlyElementsOf(single.stream().map(InsertManyFastTest::comparable).toList());
    assertThat(fast.getFirst().getScheduledAt()).isEqualTo(fast.getFirst().getCreatedAt());
    assertThat(fast)
        .extracting(RiverJobRecord::getState)
        .containsExactly(
            RiverJobState.available,
            RiverJobState.scheduled,
            RiverJobState.available,
            RiverJobState.pending);
    assertThat(fast.get(1).getMetadata().data()).contains("é \u007f\u2028 😀");
  }

  @Test
  void insertsNothingFromAnEmptyStream() {
    assertThat(client.insertManyFast(Stream.of())).isZero();
  }

  @Test
  void aUniqueConflictKeepsAllOut() {
    client.insert(new TestArgs("held"), BY_ARGS);

    assertThatThrownBy(
            () ->
                client.insertManyFast(
                    Stream.of("new", "held").map(name -> Insert.of(new TestArgs(name), BY_ARGS))))
        .isInstanceOfSatisfying(
            UniqueConflictException.class,
            e -> {
              assertThat(e.sqlState()).contains("23505");
              assertThat(e.key().orElseThrow()).matches("[0-9a-f]{64}");
            });
    assertThat(count()).isEqualTo(1);
  }

  @Test
  void uniqueJobsThatAreNewAreInserted() {
    long inserted =
        client.insertManyFast(
            Stream.of("a", "b").map(name -> Insert.of(new TestArgs(name), BY_ARGS)));

    assertThat(inserted).isEqualTo(2);
    assertThat(client.insert(new TestArgs("a"), BY_ARGS).duplicate()).isTrue();
  }

  @Test
  void oneInvalidJobKeepsAllOutAndIsNamed() {
    Stream<Insert<? extends JobArgs>> jobs =
        IntStream.range(0, 20_000)
            .mapToObj(
                i -> i == 19_000 ? Insert.of(new InvalidArgs()) : Insert.of(new TestArgs("a")));

    assertThatThrownBy(() -> client.insertManyFast(jobs))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "job 19000 (%s) can't be inserted: ".formatted(InvalidArgs.class.getName()))
        .hasCauseInstanceOf(IllegalArgumentException.class);
    assertThat(count()).isZero();
    assertThat(client.insertManyFast(Stream.of(Insert.of(new TestArgs("a"))))).isEqualTo(1);
  }

  @Test
  void whatTheStreamThrowsComesThroughAndNothingIsInserted() {
    Stream<Insert<TestArgs>> jobs =
        IntStream.range(0, 10)
            .mapToObj(
                i -> {
                  if (i == 5) {
                    throw new IllegalStateException("the file ended");
                  }
                  return Insert.of(new TestArgs("a"));
                });

    assertThatThrownBy(() -> client.insertManyFast(jobs))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the file ended");
    assertThat(count()).isZero();
  }

  @Test
  void aTransactionCanGoOnAfterAFailure() throws Exception {
    river.dsl().execute("ALTER TABLE river_job ADD CHECK (queue <> 'refused')");
    InsertOpts refused = InsertOpts.builder().queue("refused").build();
    try (Connection connection = river.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      client.insertTx(connection, new TestArgs("before"));

      assertThatThrownBy(
              () -> client.insertManyFastTx(connection, Stream.of(Insert.of(new InvalidArgs()))))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(
              () ->
                  client.insertManyFastTx(
                      connection, Stream.of(Insert.of(new TestArgs("a"), refused))))
          .isInstanceOfSatisfying(
              DatabaseException.class, e -> assertThat(e.sqlState()).contains("23514"));
      assertThat(client.insertManyFastTx(connection, Stream.of(Insert.of(new TestArgs("after")))))
          .isEqualTo(1);
      connection.commit();
    }
    assertThat(rows())
        .extracting(RiverJobRecord::getArgs)
        .containsExactly(
            JSONB.valueOf("{\"name\": \"before\"}"), JSONB.valueOf("{\"name\": \"after\"}"));
  }

  @Test
  void insertsInTheTransactionOfAContext() {
    river
        .dsl()
        .transaction(
            tx -> {
              client.insertManyFastTx(tx.dsl(), Stream.of(Insert.of(new TestArgs("a"))));
              assertThat(count()).isZero();
            });
    assertThat(count()).isEqualTo(1);
  }

  @Test
  void announcesEachQueueOnce() {
    try (NotificationStream stream = river.listen()) {
      client.insertManyFast(
          Stream.of("one", "two", "one")
              .map(
                  queue ->
                      Insert.of(new TestArgs("a"), InsertOpts.builder().queue(queue).build())));

      assertThat(river.payloads(stream))
          .containsExactly("{\"queue\": \"one\"}", "{\"queue\": \"two\"}");
    }
  }

  @Test
  void aClientThatOnlyPollsWorksWhatItHasInserted() {
    RiverClient polling =
        river.started(
            RiverClient.builder(river.dataSource())
                .workers(
                    new Workers().add(TestArgs.class, (job, context) -> WorkResult.completed()))
                .queue("default", 10)
                .pollOnly(true));

    long count =
        polling.insertManyFast(
            IntStream.range(0, 100).mapToObj(i -> Insert.of(new TestArgs("" + i))));

    assertThat(count).isEqualTo(100);
    river.awaitAll(rows().stream().map(RiverJobRecord::getId).toList(), RiverJobState.completed);
  }

  @Test
  void insertsIntoAnySchema() {
    river.dsl().execute("CREATE SCHEMA \"Other\"");
    for (var migration : dev.river.db.RiverMigrator.migrations()) {
      river.dsl().connection(c -> c.createStatement().execute(migration.sql("Other")));
    }
    RiverClient other = river.client(RiverClient.builder(river.dataSource()).schema("Other"));
    Insert<TestArgs> job = Insert.of(new TestArgs("a"), BY_ARGS);

    assertThat(other.insertManyFast(Stream.of(job))).isEqualTo(1);
    assertThat(other.insertMany(List.of(job)).getFirst().duplicate()).isTrue();
    assertThat(other.insert(job.args(), job.opts()).duplicate()).isTrue();
    assertThat(count()).isZero();
  }

  private List<RiverJobRecord> rows() {
    return river.dsl().selectFrom(RIVER_JOB).orderBy(RIVER_JOB.ID).fetch();
  }

  /** All but what differs by nature. */
  private static String comparable(RiverJobRecord row) {
    if (row.getScheduledAt().equals(row.getCreatedAt())) {
      row.setScheduledAt(Instant.EPOCH);
    }
    row.setId(0L);
    row.setCreatedAt(Instant.EPOCH);
    return row.formatJSON();
  }

  private int count() {
    return river.dsl().fetchCount(RIVER_JOB);
  }
}
