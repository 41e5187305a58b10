package dev.river.test.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.river.RiverClient;
import dev.river.error.DatabaseException;
import dev.river.event.EventKind;
import dev.river.internal.codec.JsonCodec;
import dev.river.internal.store.Database;
import dev.river.internal.store.FinishedAttempt;
import dev.river.internal.store.JobClaims;
import dev.river.internal.store.JobResults;
import dev.river.internal.store.Outcome;
import dev.river.job.InsertOpts;
import dev.river.job.JobArgs;
import dev.river.job.JobRow;
import dev.river.job.JobState;
import dev.river.work.WorkResult;
import dev.river.work.Worker;
import dev.river.work.Workers;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The statement by which clients store how attempts ended, and what they do if it fails. */
class CompletionFaultsTest {
  @RegisterExtension final FaultDatabase database = new FaultDatabase();

  private final AtomicInteger worked = new AtomicInteger();
  private FaultyDataSource faults;

  private record NoteArgs(String text) implements JobArgs {
    @Override
    public String kind() {
      return "note";
    }
  }

  @BeforeEach
  void wrap() {
    faults = FaultyDataSource.around(database.dataSource());
  }

  // If one of these two fails, the statement has changed and StatementText must learn it.

  @Test
  void recognisesTheStatementsThatStoreOutcomes() {
    JsonCodec codec = new JsonCodec();
    Database throughFaults = new Database(faults, Optional.empty());
    JobResults results = new JobResults(codec);
    try (RiverClient client = RiverClient.builder(database.dataSource()).build()) {
      client.insert(new NoteArgs("a"));
    }
    List<JobRow> claimed =
        throughFaults.call(db -> new JobClaims(codec).claim(db, "default", "me", 1));
    List<FinishedAttempt> finished =
        claimed.stream().map(row -> new FinishedAttempt(row, new Outcome.Completed())).toList();
    assertThat(finished).hasSize(1);
    Fault fault = faults.failCompletion().times(2).refused();

    throughFaults.call(
        db ->
            results.mergeMetadata(
                db, "me", List.of(new JobResults.Merge(claimed.getFirst(), "{}"))));
    throughFaults.call(db -> results.completedBy(db, "me", claimed));
    assertThat(fault.hasHappened()).isFalse();
    assertThatThrownBy(() -> throughFaults.call(db -> results.store(db, "me", finished)))
        .isInstanceOf(DatabaseException.class);
    assertThatThrownBy(() -> throughFaults.call(db -> results.storeAndReturn(db, "me", finished)))
        .isInstanceOf(DatabaseException.class);
    assertThat(fault.count()).isEqualTo(2);
    assertThat(throughFaults.<Set<Long>>call(db -> results.store(db, "me", finished))).hasSize(1);
  }

  @Test
  void recognisesNoOtherStatementOfAClient() {
    Set<String> seen = ConcurrentHashMap.newKeySet();
    faults
        .failStatement(
            sql -> {
              seen.add(sql);
              return false;
            })
        .refused();
    Worker<NoteArgs> worker =
        (job, context) -> {
          if (!job.args().text().equals("plain")) {
            context.progress(50, "half"); // something to store beside the outcome
          }
          return switch (job.args().text()) {
            case "snoozed" -> WorkResult.snooze(Duration.ofHours(1));
            case "cancelled" -> WorkResult.cancel("no");
            case "failed" -> throw new IllegalStateException("no");
            default -> WorkResult.completed();
          };
        };
    try (RiverClient client = client(worker)) {
      client.start();
      for (int round = 0; round < 2; round++) {
        List<String> texts = List.of("plain", "completed", "snoozed", "cancelled", "failed");
        texts.forEach(text -> client.insert(new NoteArgs(text)));
        await()
            .atMost(FaultDatabase.PATIENCE)
            .until(
                () ->
                    client.jobs().counts().of(JobState.AVAILABLE).jobs() == 0
                        && client.jobs().counts().of(JobState.RUNNING).jobs() == 0);
        client.subscribe(event -> {}, EventKind.JOB_COMPLETED); // reads rows from now on
      }
    }

    assertThat(seen).hasSizeGreaterThan(10);
    assertThat(seen).filteredOn(StatementText::isCompletion).hasSize(3);
    assertThat(seen)
        .filteredOn(sql -> !StatementText.isCompletion(sql))
        .noneMatch(sql -> sql.startsWith("update ") && sql.contains("\"finalized_at\" = "));
  }

  static Stream<Function<StatementFaults, Fault>> ways() {
    return Stream.of(
        StatementFaults::refused,
        StatementFaults::connectionLostBefore,
        StatementFaults::connectionLostAfter);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aCompletionThatFailsOnceIsStoredAtTheSecondTry(Function<StatementFaults, Fault> way)
      throws Exception {
    try (RiverClient client = client(this::count)) {
      client.start();
      Fault fault = way.apply(faults.failCompletion());

      long id = client.insert(new NoteArgs("a")).job().id();

      fault.await(FaultDatabase.PATIENCE);
      awaitState(client, id, JobState.COMPLETED);
      JobRow row = client.jobs().get(id).orElseThrow();
      assertThat(row.attempt()).isOne();
      assertThat(row.errors()).isEmpty();
      assertThat(fault.count()).isOne();
      assertThat(faults.armed()).isEmpty();
    }
    assertThat(worked).hasValue(1);
  }

  @Test
  void aCompletionThatIsRefusedBecauseOfItsRowFailsTheAttempt() throws Exception {
    try (RiverClient client = client(this::count)) {
      client.start();
      Fault fault = faults.failCompletion().refused("22P02");

      long id =
          client.insert(new NoteArgs("a"), InsertOpts.builder().maxAttempts(1).build()).job().id();

      fault.await(FaultDatabase.PATIENCE);
      awaitState(client, id, JobState.DISCARDED);
      assertThat(client.jobs().get(id).orElseThrow().errors())
          .singleElement()
          .satisfies(error -> assertThat(error.error()).contains("its result was refused"));
    }
  }

  @Test
  void aWorkersOwnCompletionIsLostWithItsTransaction() throws Exception {
    Worker<NoteArgs> worker =
        (job, context) -> {
          worked.incrementAndGet();
          try (Connection connection = faults.getConnection()) {
            connection.setAutoCommit(false);
            connection.createStatement().execute("INSERT INTO ledger VALUES ('a')");
            context.completeTx(connection);
            connection.commit();
          }
          return WorkResult.completed();
        };
    try (RiverClient client =
        RiverClient.builder(faults)
            .workers(new Workers().add(NoteArgs.class, worker))
            .retryPolicy(job -> Duration.ZERO)
            .queue("default", 1)
            .build()) {
      client.start();
      Fault fault = faults.failCompletion().connectionLostBefore();

      long id = client.insert(new NoteArgs("a")).job().id();

      fault.await(FaultDatabase.PATIENCE);
      awaitState(client, id, JobState.COMPLETED);
      assertThat(client.jobs().get(id).orElseThrow().attempt()).isEqualTo(2);
    }
    assertThat(worked).hasValue(2);
    database.awaitLedger("a");
  }

  private WorkResult count(Object job, Object context) {
    worked.incrementAndGet();
    return WorkResult.completed();
  }

  private RiverClient client(Worker<NoteArgs> worker) {
    return RiverClient.builder(faults)
        .workers(new Workers().add(NoteArgs.class, worker))
        .queue("default", 5)
        .build();
  }

  private static void awaitState(RiverClient client, long id, JobState state) {
    await()
        .atMost(FaultDatabase.PATIENCE)
        .until(() -> client.jobs().get(id).orElseThrow().state() == state);
  }
}
