package dev.river;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.river.internal.store.NotificationStream;
import dev.river.job.Insert;
import dev.river.job.InsertOpts;
import dev.river.job.Inserted;
import dev.river.job.JobArgs;
import dev.river.job.JobState;
import dev.river.job.Unique;
import dev.river.job.UniqueOpts;
import dev.river.schema.enums.RiverJobState;
import dev.river.schema.tables.records.RiverJobRecord;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class UniqueInsertTest {
  private static final InsertOpts BY_ARGS = unique(UniqueOpts.builder().byArgs());
  private static final InsertOpts BY_KIND =
      unique(UniqueOpts.builder().byState(UniqueOpts.DEFAULT_STATES));

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private RiverClient client;

  @BeforeEach
  void makeClient() {
    client = river.client(RiverClient.builder(river.dataSource()));
  }

  record MarkedArgs(@Unique String account, String note) implements JobArgs {
    @Override
    public String kind() {
      return "marked";
    }

    @Override
    public InsertOpts insertOpts() {
      return BY_ARGS;
    }
  }

  record MapArgs(Map<String, Integer> numbers) implements JobArgs {
    @Override
    public String kind() {
      return "map";
    }
  }

  @Test
  void storesKeyAndStatesOfAUniqueJob() {
    Inserted<TestArgs> inserted = client.insert(new TestArgs("a"), BY_ARGS);

    RiverJobRecord row = river.row(inserted.id());
    assertThat(row.getUniqueKey()).hasSize(32);
    assertThat(row.getUniqueStates()).isEqualTo("11110101");
    assertThat(inserted.duplicate()).isFalse();
    assertThat(inserted.job().row().uniqueKey().orElseThrow().hex())
        .isEqualTo(HexFormat.of().formatHex(row.getUniqueKey()));
    assertThat(inserted.job().row().uniqueStates()).isEqualTo(UniqueOpts.DEFAULT_STATES);
  }

  @Test
  void returnsTheExistingJobForADuplicateAndLeavesItsRowAlone() {
    Inserted<MarkedArgs> first = client.insert(new MarkedArgs("ada", "first"));
    String before = wholeRow(first.id());

    Inserted<MarkedArgs> second =
        client.insert(new MarkedArgs("ada", "second"), InsertOpts.builder().priority(4).build());
    Inserted<MarkedArgs> other = client.insert(new MarkedArgs("bob", "first"));

    assertThat(second.duplicate()).isTrue();
    assertThat(second.job()).isEqualTo(first.job());
    assertThat(second.job().args().note()).isEqualTo("first");
    assertThat(wholeRow(first.id())).isEqualTo(before);
    assertThat(other.duplicate()).isFalse();
    assertThat(count()).isEqualTo(2);
  }

  @Test
  void ignoresTheOrderInAMapAndTheClassMayBeOverruled() {
    client.insert(new MapArgs(new TreeMap<>(Map.of("a", 1, "b", 2))), BY_ARGS);
    Map<String, Integer> reversed = new LinkedHashMap<>();
    reversed.put("b", 2);
    reversed.put("a", 1);
    client.insert(new MarkedArgs("ada", ""));

    assertThat(client.insert(new MapArgs(reversed), BY_ARGS).duplicate()).isTrue();
    assertThat(
            client
                .insert(
                    new MarkedArgs("ada", ""),
                    InsertOpts.builder().unique(UniqueOpts.none()).build())
                .duplicate())
        .isFalse();
  }

  @Test
  void tellsQueuesPeriodsAndKindsApartWhereAsked() {
    InsertOpts byQueue = unique(UniqueOpts.builder().byQueue());
    Instant noon = Instant.parse("2100-01-01T12:00:00Z");

    assertThat(client.insert(new TestArgs("a"), byQueue).duplicate()).isFalse();
    assertThat(client.insert(new TestArgs("b"), byQueue).duplicate()).isTrue();
    assertThat(client.insert(new TestArgs("c"), inQueue(byQueue, "other")).duplicate()).isFalse();
    assertThat(hourly(noon)).isFalse();
    assertThat(hourly(noon.plusSeconds(3_599))).isTrue();
    assertThat(hourly(noon.plusSeconds(3_600))).isFalse();
    assertThat(hourly(noon.minusNanos(1_000))).isFalse();
  }

  record OtherKind(String name) implements JobArgs {
    @Override
    public String kind() {
      return "other_kind";
    }
  }

  @Test
  void aDuplicateOfAnotherKindLeavesTheKindAlone() {
    InsertOpts opts = unique(UniqueOpts.builder().byArgs().excludeKind());
    Inserted<TestArgs> first = client.insert(new TestArgs("a"), opts);

    Inserted<OtherKind> second = client.insert(new OtherKind("a"), opts);

    assertThat(second.duplicate()).isTrue();
    assertThat(second.id()).isEqualTo(first.id());
    assertThat(second.job().kind()).isEqualTo("test");
    assertThat(second.job().args()).isEqualTo(new OtherKind("a"));
    assertThat(river.row(first.id()).getKind()).isEqualTo("test");
  }

  @Test
  void returnsTheGivenArgumentsWhereTheExistingOnesCannotBeRead() {
    Inserted<TestArgs> first = client.insert(new TestArgs("a"), BY_KIND);
    river.dsl().execute("UPDATE river_job SET args = '{\"name\": [1]}'");

    Inserted<TestArgs> second = client.insert(new TestArgs("b"), BY_KIND);

    assertThat(second.id()).isEqualTo(first.id());
    assertThat(second.job().args()).isEqualTo(new TestArgs("b"));
    assertThat(second.job().row().encodedArgs()).isEqualTo("{\"name\": [1]}");
  }

  @Test
  void aJobHoldsItsKeyInTheStatesOfItsMaskOnly() {
    Set<JobState> unfinished = new HashSet<>(UniqueOpts.DEFAULT_STATES);
    unfinished.remove(JobState.COMPLETED);
    InsertOpts opts = unique(UniqueOpts.builder().byState(unfinished));
    long first = client.insert(new TestArgs("a"), opts).id();

    for (RiverJobState state : RiverJobState.values()) {
      boolean ended = JobState.valueOf(state.getLiteral().toUpperCase(Locale.ROOT)).isFinal();
      river
          .dsl()
          .update(RIVER_JOB)
          .set(RIVER_JOB.STATE, state)
          .set(RIVER_JOB.FINALIZED_AT, ended ? DSL.currentInstant() : DSL.castNull(Instant.class))
          .where(RIVER_JOB.ID.eq(first))
          .execute();

      Inserted<TestArgs> next = client.insert(new TestArgs("b"), opts);

      assertThat(next.duplicate()).as(state.getLiteral()).isEqualTo(!ended);
      river.dsl().deleteFrom(RIVER_JOB).where(RIVER_JOB.ID.ne(first)).execute();
    }
  }

  @Test
  void aCompletedJobHoldsItsKeyUnlessItsStatesSayOtherwise() {
    long first = client.insert(new TestArgs("a"), BY_ARGS).id();
    river
        .dsl()
        .update(RIVER_JOB)
        .set(RIVER_JOB.STATE, RiverJobState.completed)
        .set(RIVER_JOB.FINALIZED_AT, DSL.currentInstant())
        .execute();

    Inserted<TestArgs> next = client.insert(new TestArgs("a"), BY_ARGS);

    assertThat(next.duplicate()).isTrue();
    assertThat(next.id()).isEqualTo(first);
    assertThat(next.job().state()).isEqualTo(JobState.COMPLETED);
  }

  @Test
  void manyTransactionsAtOnceInsertOneJob() throws Exception {
    int inserters = 16;
    List<Future<Inserted<TestArgs>>> results = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(inserters)) {
      for (int i = 0; i < inserters; i++) {
        String name = "a" + i;
        results.add(threads.submit(() -> client.insert(new TestArgs(name), BY_KIND)));
      }
    }

    assertThat(count()).isEqualTo(1);
    long id = river.dsl().fetchSingle(RIVER_JOB).getId();
    int fresh = 0;
    for (Future<Inserted<TestArgs>> result : results) {
      assertThat(result.get().id()).isEqualTo(id);
      fresh += result.get().duplicate() ? 0 : 1;
    }
    assertThat(fresh).isEqualTo(1);
  }

  @Test
  void theLoserWaitsForTheWinnersCommit() throws Exception {
    try (Connection winner = begin();
        ExecutorService thread = Executors.newSingleThreadExecutor()) {
      long id = client.insertTx(winner, new TestArgs("a"), BY_ARGS).id();
      Future<Inserted<TestArgs>> loser =
          thread.submit(() -> client.insert(new TestArgs("a"), BY_ARGS));
      awaitBlocked();
      winner.commit();

      Inserted<TestArgs> result = loser.get(30, TimeUnit.SECONDS);
      assertThat(result.duplicate()).isTrue();
      assertThat(result.id()).isEqualTo(id);
    }
  }

  @Test
  void theLoserTakesTheKeyIfTheWinnerRollsBack() throws Exception {
    try (Connection winner = begin();
        ExecutorService thread = Executors.newSingleThreadExecutor()) {
      long id = client.insertTx(winner, new TestArgs("a"), BY_ARGS).id();
      Future<Inserted<TestArgs>> loser =
          thread.submit(() -> client.insert(new TestArgs("a"), BY_ARGS));
      awaitBlocked();
      winner.rollback();

      Inserted<TestArgs> result = loser.get(30, TimeUnit.SECONDS);
      assertThat(result.duplicate()).isFalse();
      assertThat(result.id()).isNotEqualTo(id);
      assertThat(count()).isEqualTo(1);
    }
  }

  @Test
  void aDuplicateDoesNotLockTheExistingJob() throws Exception {
    long id = client.insert(new TestArgs("a"), BY_ARGS).id();
    try (Connection open = begin()) {
      assertThat(client.insertTx(open, new TestArgs("a"), BY_ARGS).duplicate()).isTrue();

      int updated =
          river
              .dsl()
              .transactionResult(
                  tx -> {
                    tx.dsl().execute("SET LOCAL lock_timeout = '5s'");
                    return tx.dsl()
                        .update(RIVER_JOB)
                        .set(RIVER_JOB.STATE, RiverJobState.running)
                        .where(RIVER_JOB.ID.eq(id))
                        .execute();
                  });
      assertThat(updated).isEqualTo(1);
      open.rollback();
    }
  }

  @Test
  void aKeyThatIsFreedAndTakenAgainAllTheTimeIsNeverHeldTwice() throws Exception {
    int rounds = 300;
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      Future<?> deleter =
          threads.submit(
              () -> {
                for (int i = 0; i < rounds; i++) {
                  river.dsl().deleteFrom(RIVER_JOB).execute();
                }
              });
      List<Future<?>> inserters = new ArrayList<>();
      for (int t = 0; t < 3; t++) {
        inserters.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < rounds; i++) {
                    client.insert(new TestArgs("a"), BY_ARGS);
                  }
                }));
      }
      deleter.get(60, TimeUnit.SECONDS);
      for (Future<?> inserter : inserters) {
        inserter.get(60, TimeUnit.SECONDS);
      }
    }
    assertThat(count()).isLessThanOrEqualTo(1);
  }

  @Test
  void duplicatesAreNotAnnounced() {
    client.insert(new TestArgs("a"), BY_ARGS);
    RiverClient other = river.client(RiverClient.builder(river.dataSource()));
    try (NotificationStream stream = river.listen()) {
      other.insert(new TestArgs("a"), BY_ARGS);
      other.insertMany(List.of(Insert.of(new TestArgs("a"), BY_ARGS)));
      other.close(); // would send what is owed
      river.dsl().execute("NOTIFY \"public.river_insert\", 'marker'");

      assertThat(river.payloads(stream)).containsExactly("marker");
    }
  }

  private boolean hourly(Instant at) {
    InsertOpts opts =
        InsertOpts.builder()
            .scheduledAt(at)
            .unique(UniqueOpts.builder().byPeriod(Duration.ofHours(1)).build())
            .build();
    return client.insert(new OtherKind("a"), opts).duplicate();
  }

  private Connection begin() throws Exception {
    Connection connection = river.dataSource().getConnection();
    connection.setAutoCommit(false);
    return connection;
  }

  /** Until a statement waits for another transaction. */
  private void awaitBlocked() {
    await()
        .atMost(RiverDatabase.PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () ->
                river
                        .dsl()
                        .fetchCount(
                            DSL.table("pg_locks"),
                            DSL.condition(
                                "NOT granted AND locktype IN ('transactionid', 'speculative token')"))
                    > 0);
  }

  private String wholeRow(long id) {
    return String.valueOf(
        river
            .dsl()
            .fetchValue(
                "SELECT (xmin, ctid, xmax, river_job.*)::text FROM river_job WHERE id = ?", id));
  }

  private int count() {
    return river.dsl().fetchCount(RIVER_JOB);
  }

  private static InsertOpts unique(UniqueOpts.Builder unique) {
    return InsertOpts.builder().unique(unique.build()).build();
  }

  private static InsertOpts inQueue(InsertOpts opts, String queue) {
    return InsertOpts.builder().queue(queue).build().or(opts);
  }
}
