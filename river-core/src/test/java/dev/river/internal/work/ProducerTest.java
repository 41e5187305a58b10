package dev.river.internal.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.river.RiverClient;
import dev.river.internal.codec.JsonCodec;
import dev.river.internal.event.EventHub;
import dev.river.internal.service.OwnThreads;
import dev.river.internal.store.Database;
import dev.river.internal.store.JobResults;
import dev.river.schema.enums.RiverJobState;
import dev.river.schema.tables.records.RiverJobRecord;
import dev.river.testing.LogWatch;
import dev.river.testing.NewJobs;
import dev.river.testing.RiverDatabase;
import dev.river.work.ErrorHandler;
import dev.river.work.Extension;
import dev.river.work.RetryPolicy;
import dev.river.work.StuckJobHandler;
import java.sql.Connection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ProducerTest {
  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final JsonCodec codec = new JsonCodec();
  private final ClaimedJobs claimed = new ClaimedJobs();
  private final AtomicInteger answeredClaims = new AtomicInteger();

  private final Extension noting =
      new Extension() {
        @Override
        public void claimed(String queue, int jobs, Duration duration) {
          answeredClaims.incrementAndGet();
        }
      };

  private Completer completer;
  private JobExecutor executor;
  private Producer producer;

  @BeforeEach
  void create() {
    Database impatient =
        new Database(river.unpooled(), Optional.empty()).withSilenceLimit(Duration.ofMillis(200));
    JobResults results = new JobResults(codec);
    EventHub events = new EventHub();
    completer =
        new Completer(
            "me",
            new OutcomeStore(
                "me", river.database(), results, settings(), new OutcomeEvents(events)),
            claimed);
    executor =
        new JobExecutor(
            "me",
            settings(),
            codec,
            new AttemptStore("me", river.database(), results, codec),
            completer,
            river.client(RiverClient.builder(river.dataSource())));
    producer =
        new Producer(
            ClaimSource.of("me", impatient, codec),
            new QueueSettings("default", 1, Duration.ofMillis(50), Optional.empty(), false),
            claimed,
            executor,
            new QueueReports(List.of(noting), events));
    completer.start();
    executor.start();
  }

  @AfterEach
  void stop() {
    producer.stop();
    executor.stop();
    completer.stop();
  }

  @Test
  void putsBackJobsWhoseAttemptsCannotBegin() {
    log.expectWarnings();
    AtomicInteger begun = new AtomicInteger();
    JobResults results = new JobResults(codec);
    JobExecutor starved =
        new JobExecutor(
            "me",
            settings(),
            codec,
            new AttemptStore("me", river.database(), results, codec),
            completer,
            river.client(RiverClient.builder(river.dataSource())),
            (name, task) -> {
              if (begun.incrementAndGet() == 2) {
                throw new OutOfMemoryError("unable to create a thread, but not really");
              }
              return OwnThreads.virtual(name, task);
            });
    producer =
        new Producer(
            ClaimSource.of("me", river.database(), codec),
            new QueueSettings("default", 3, Duration.ofMillis(50), Optional.empty(), false),
            claimed,
            starved,
            new QueueReports(List.of(noting), new EventHub()));
    List<Long> ids = Stream.generate(() -> river.insert(NewJobs.available())).limit(3).toList();

    start();

    // there is no worker, so each fails once: the one that could not begin by its second claim
    river.awaitAll(ids, RiverJobState.retryable);
    assertThat(ids).allSatisfy(id -> assertThat(river.row(id).getErrors()).hasSize(1));
    assertThat(ids).allSatisfy(id -> assertThat(river.row(id).getAttempt()).isEqualTo(1));
    assertThat(begun).hasValue(4);
    await().atMost(RiverDatabase.PATIENCE).until(() -> claimed.ids().isEmpty());
  }

  @Test
  void goesOnAfterAClaimThatTheDatabaseDidNotAnswer() throws Exception {
    log.expectWarnings();
    long id = river.insert(NewJobs.available());
    try (Connection blocker = river.dataSource().getConnection()) {
      blocker.setAutoCommit(false);
      blocker.createStatement().execute("LOCK TABLE river_job");
      start();
      await().atMost(RiverDatabase.PATIENCE).until(() -> !log.warnings().isEmpty());
      blocker.rollback();
    }

    assertWorkedOnce(id);
  }

  @Test
  void worksAJobWhoseClaimTheDatabaseFinishesWhenNobodyWaitsForItAnyMore() throws Exception {
    log.expectWarnings();
    long id = river.insert(NewJobs.available());
    try (Connection blocker = river.dataSource().getConnection()) {
      blocker.setAutoCommit(false);
      blocker
          .createStatement()
          .execute(
              """
              CREATE FUNCTION block() RETURNS trigger LANGUAGE plpgsql AS $$
              BEGIN
                PERFORM pg_advisory_xact_lock(42);
                RETURN NEW;
              END $$;
              CREATE TRIGGER block BEFORE UPDATE ON river_job FOR EACH ROW
              WHEN (NEW.state = 'running') EXECUTE FUNCTION block();
              """);
      blocker.commit();
      blocker.createStatement().execute("SELECT pg_advisory_xact_lock(42)");
      start();
      // the first claim has no answer, and later ones pass over the row that it has locked
      await().atMost(RiverDatabase.PATIENCE).until(() -> answeredClaims.get() >= 3);
      assertThat(river.row(id).getState()).isEqualTo(RiverJobState.available);
      blocker.rollback();
    }

    assertWorkedOnce(id);
  }

  private void start() {
    producer.pause().saw(producer.pause().state(), false);
    producer.start();
  }

  private void assertWorkedOnce(long id) throws InterruptedException {
    RiverJobRecord row = river.awaitState(id, RiverJobState.retryable);
    assertThat(row.getErrors()).hasSize(1);
    assertThat(row.getErrors()[0].data()).contains("job kind is not registered");
    assertThat(row.getAttempt()).isEqualTo(1);
    assertThat(claimed.awaitEmpty(RiverDatabase.PATIENCE)).isTrue();
  }

  private static WorkSettings settings() {
    return new WorkSettings(
        Map.of(),
        Duration.ofMinutes(1),
        RetryPolicy.exponential(),
        List.of(),
        Map.of(),
        (job, failure) -> ErrorHandler.Decision.AS_USUAL,
        Duration.ofSeconds(10),
        job -> StuckJobHandler.Decision.KEEP_SLOT,
        InstantSource.system());
  }
}
