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
import dev.river.work.RegisteredWorker;
import dev.river.work.RetryPolicy;
import dev.river.work.StuckJobHandler;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.AbstractMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.datasource.AbstractDataSource;

class ProducerTest {
  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final JsonCodec codec = new JsonCodec();
  private final ClaimedJobs claimed = new ClaimedJobs();
  private final AtomicInteger answeredClaims = new AtomicInteger();

  private volatile Runnable whenClaimed = () -> {};

  private final Extension noting =
      new Extension() {
        @Override
        public void claimed(String queue, int jobs, Duration duration) {
          answeredClaims.incrementAndGet();
          whenClaimed.run();
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

  @Test
  void putsBackLargeJobsWhenItsQueueIsPausedAndThenRests() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    long large = insertLarge();
    long small = river.insert(NewJobs.available());
    producer = counted(2, connections);
    whenClaimed = () -> producer.pause().pause();

    start();
    river.awaitState(small, RiverJobState.retryable);
    river.awaitState(large, RiverJobState.available);

    assertThat(river.row(large).getAttempt()).isZero();
    await().atMost(RiverDatabase.PATIENCE).until(() -> claimed.ids().isEmpty());
    int before = connections.get();
    await()
        .during(Duration.ofMillis(500))
        .atMost(RiverDatabase.PATIENCE)
        .until(() -> connections.get() == before);

    whenClaimed = () -> {};
    producer.pause().saw(producer.pause().state(), false);
    assertWorkedOnce(large);
  }

  @Test
  void retriesAtEaseWhatItCannotPutBackWhileItsQueueIsPaused() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    long large = insertLarge();
    long small = river.insert(NewJobs.available());
    producer = counted(2, connections);
    try (Connection blocker = river.dataSource().getConnection()) {
      blocker.setAutoCommit(false);
      whenClaimed =
          () -> {
            producer.pause().pause();
            lock(blocker, large);
          };
      start();
      river.awaitState(small, RiverJobState.retryable);

      int before = connections.get();
      long began = System.nanoTime();
      await().atMost(RiverDatabase.PATIENCE).until(() -> connections.get() >= before + 10);
      // two statements each time, and it rests 50 ms in between
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(150));
      assertThat(claimed.ids()).containsExactly(large);
      blocker.rollback();
    }

    river.awaitState(large, RiverJobState.available);
    assertThat(river.row(large).getAttempt()).isZero();
  }

  @Test
  void findsJobsAgainWhoseAttemptsCouldNotBeTakenUp() throws Exception {
    log.expectWarnings();
    long id = river.insert(NewJobs.available());
    AtomicInteger failures = new AtomicInteger();
    whenClaimed =
        () -> {
          claimed.suspect(id);
          claimed.onSuspects(
              () -> {
                if (failures.incrementAndGet() == 1) {
                  throw new OutOfMemoryError("no room for attempts, but not really");
                }
              });
        };

    start();

    assertWorkedOnce(id);
    assertThat(failures.get()).isPositive();
  }

  /** What lies around an attempt and all its guards but the outermost. */
  @Test
  void attemptsEndThatFailOutsideOfTheirGuards() throws Exception {
    log.expectWarnings();
    List<Long> ids = Stream.generate(() -> river.insert(NewJobs.available())).limit(2).toList();
    JobResults results = new JobResults(codec);
    AtomicInteger asked = new AtomicInteger();
    Map<String, RegisteredWorker<?>> failing =
        new AbstractMap<>() {
          @Override
          public Set<Entry<String, RegisteredWorker<?>>> entrySet() {
            asked.incrementAndGet();
            throw new StackOverflowError("not really");
          }
        };
    JobExecutor faulty =
        new JobExecutor(
            "me",
            settings(failing),
            codec,
            new AttemptStore("me", river.database(), results, codec),
            completer,
            river.client(RiverClient.builder(river.dataSource())));
    producer =
        new Producer(
            ClaimSource.of("me", river.database(), codec),
            new QueueSettings("default", 1, Duration.ofMillis(50), Optional.empty(), false),
            claimed,
            faulty,
            new QueueReports(List.of(noting), new EventHub()));

    start();

    river.awaitAll(ids, RiverJobState.retryable); // one after the other, in the only slot
    assertThat(asked).hasValue(2);
    assertThat(ids)
        .allSatisfy(
            id -> assertThat(river.row(id).getErrors()[0].data()).contains("StackOverflowError"));
    assertThat(claimed.awaitEmpty(RiverDatabase.PATIENCE)).isTrue();
  }

  private Producer counted(int maxWorkers, AtomicInteger connections) {
    Database database =
        new Database(
            new AbstractDataSource() {
              @Override
              public Connection getConnection() throws SQLException {
                connections.incrementAndGet();
                return river.unpooled().getConnection();
              }

              @Override
              public Connection getConnection(String user, String password) {
                throw new UnsupportedOperationException();
              }
            },
            Optional.empty());
    return new Producer(
        ClaimSource.of("me", database, codec),
        new QueueSettings("default", maxWorkers, Duration.ofMillis(50), Optional.empty(), false),
        claimed,
        executor,
        new QueueReports(List.of(noting), new EventHub()));
  }

  private long insertLarge() {
    return river
        .dsl()
        .fetchSingle(
            "INSERT INTO river_job (kind, args) VALUES ('test',"
                + " jsonb_build_object('name', repeat('x', 3000000))) RETURNING id")
        .get(0, Long.class);
  }

  private static void lock(Connection blocker, long id) {
    try {
      blocker.createStatement().execute("SELECT 1 FROM river_job WHERE id = " + id + " FOR UPDATE");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
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
    return settings(Map.of());
  }

  private static WorkSettings settings(Map<String, RegisteredWorker<?>> workers) {
    return new WorkSettings(
        workers,
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
