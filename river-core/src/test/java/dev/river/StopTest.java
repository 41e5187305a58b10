package dev.river;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.river.schema.enums.RiverJobState;
import dev.river.schema.tables.records.RiverJobRecord;
import dev.river.testing.LogWatch;
import dev.river.testing.NewJobs;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.CancelCause;
import dev.river.work.WorkResult;
import dev.river.work.Worker;
import dev.river.work.Workers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StopTest {
  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final CountDownLatch began = new CountDownLatch(1);
  private final CountDownLatch mayEnd = new CountDownLatch(1);

  @Test
  void stopWaitsForJobsAndStoresTheirResults() throws Exception {
    RiverClient client =
        start(
            (job, context) -> {
              began.countDown();
              mayEnd.await();
              return WorkResult.completed();
            });
    long running = client.insert(new TestArgs("a")).id();
    awaitBegan();

    Thread stopping = Thread.ofVirtual().start(client::stop);
    long waiting = river.insert(NewJobs.available());
    assertThat(stopping.isAlive()).isTrue();
    mayEnd.countDown();
    join(stopping);

    assertThat(river.row(running).getState()).isEqualTo(RiverJobState.completed);
    assertThat(waiting).isPositive();
  }

  @Test
  void stopStoresTheResultsOfThreeThousandJobs() {
    int jobs = 3_000;
    CountDownLatch all = new CountDownLatch(jobs);
    RiverClient client =
        river.client(
            builder(
                (job, context) -> {
                  all.countDown();
                  all.await();
                  return WorkResult.completed();
                },
                jobs));
    river
        .dsl()
        .execute(
            "INSERT INTO river_job (kind, args) SELECT 'test', '{}' FROM generate_series(1, ?)",
            jobs);
    client.start();
    await().atMost(RiverDatabase.PATIENCE).until(() -> all.getCount() == 0);

    client.stop();

    assertThat(river.dsl().fetchCount(RIVER_JOB, RIVER_JOB.STATE.eq(RiverJobState.completed)))
        .isEqualTo(jobs);
  }

  @Test
  void stopAndCancelPutsInterruptedJobsBackAsIfTheyHadNotBegun() throws Exception {
    AtomicReference<Optional<CancelCause>> cause = new AtomicReference<>(Optional.empty());
    RiverClient client =
        start(
            (job, context) -> {
              began.countDown();
              try {
                new CountDownLatch(1).await();
              } finally {
                cause.set(context.cancelCause());
              }
              return WorkResult.completed();
            });
    long id = client.insert(new TestArgs("a")).id();
    awaitBegan();

    client.stopAndCancel();

    RiverJobRecord row = river.row(id);
    assertThat(row.getState()).isEqualTo(RiverJobState.available);
    assertThat(row.getAttempt()).isZero();
    assertThat(row.getErrors()).isNull();
    assertThat(cause.get()).contains(CancelCause.STOP);
  }

  @Test
  void stopAndCancelEndsAStopThatIsWaiting() throws Exception {
    RiverClient client =
        start(
            (job, context) -> {
              began.countDown();
              new CountDownLatch(1).await();
              return WorkResult.completed();
            });
    long id = client.insert(new TestArgs("a")).id();
    awaitBegan();
    Thread stopping = Thread.ofVirtual().start(client::stop);

    client.stopAndCancel();

    join(stopping);
    assertThat(river.row(id).getState()).isEqualTo(RiverJobState.available);
  }

  @Test
  void stopWithPatienceInterruptsJobsWhenItIsOver() throws Exception {
    RiverClient client =
        start(
            (job, context) -> {
              began.countDown();
              new CountDownLatch(1).await();
              return WorkResult.completed();
            });
    long id = client.insert(new TestArgs("a")).id();
    awaitBegan();

    client.stop(Duration.ofMillis(50));

    assertThat(river.row(id).getState()).isEqualTo(RiverJobState.available);
  }

  @Test
  void stopWithPatienceInterruptsAJobOnceAndGoesOnWaitingForIt() throws Exception {
    AtomicInteger interruptions = new AtomicInteger();
    RiverClient client =
        start(
            (job, context) -> {
              began.countDown();
              while (mayEnd.getCount() > 0) {
                try {
                  mayEnd.await();
                } catch (InterruptedException e) {
                  interruptions.incrementAndGet();
                }
              }
              return WorkResult.completed();
            });
    long id = client.insert(new TestArgs("a")).id();
    awaitBegan();

    Thread stopping = Thread.ofVirtual().start(() -> client.stop(Duration.ofMillis(50)));
    await().atMost(RiverDatabase.PATIENCE).until(() -> interruptions.get() > 0);
    assertThat(stopping.isAlive()).isTrue();
    mayEnd.countDown();
    join(stopping);

    assertThat(interruptions).hasValue(1);
    assertThat(river.row(id).getState()).isEqualTo(RiverJobState.completed);
  }

  @Test
  void anInterruptedStopEndsThoughResultsCannotBeStored() throws Exception {
    log.expectWarnings();
    HikariDataSource pool = new HikariDataSource();
    pool.setDataSource(river.unpooled());
    pool.setConnectionTimeout(1_000); // who asks while it is being closed waits for so long
    RiverClient client =
        river.started(
            RiverClient.builder(pool)
                .workers(
                    new Workers()
                        .add(
                            TestArgs.class,
                            (job, context) -> {
                              began.countDown();
                              mayEnd.await();
                              return WorkResult.completed();
                            }))
                .queue("default", 1));
    long id = client.insert(new TestArgs("a")).id();
    awaitBegan();
    pool.close();
    mayEnd.countDown();
    Thread stopping = Thread.ofPlatform().start(client::stop);

    stopping.interrupt();
    join(stopping);

    assertThat(river.row(id).getState()).isEqualTo(RiverJobState.running);
    assertThat(threadsOf(client)).isEmpty();
    assertThat(log.warnings())
        .anyMatch(line -> line.contains("its data source was closed before it has stopped"));
  }

  @Test
  void aStopIsNoReasonForAWarning() {
    RiverClient client = start((job, context) -> WorkResult.completed());
    river.awaitState(client.insert(new TestArgs("a")).id(), RiverJobState.completed);

    client.stop();
    client.start();
    client.stopAndCancel();
    client.close();

    assertThat(log.warnings()).isEmpty();
  }

  @Test
  void manyThreadsMayStartAndStopIt() throws Exception {
    RiverClient client = river.client(builder((job, context) -> WorkResult.completed(), 10));
    List<Future<?>> threads = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 8; i++) {
        int seed = i;
        threads.add(executor.submit(() -> startAndStop(client, new Random(seed))));
      }
    }
    for (Future<?> thread : threads) {
      thread.get();
    }
    client.stop();
    assertThat(threadsOf(client)).isEmpty();

    client.start();
    river.awaitState(client.insert(new TestArgs("a")).id(), RiverJobState.completed);
  }

  private static void startAndStop(RiverClient client, Random random) {
    for (int i = 0; i < 20; i++) {
      switch (random.nextInt(4)) {
        case 0 -> client.stop();
        case 1 -> client.stopAndCancel();
        default -> client.start();
      }
    }
  }

  @Test
  void anInterruptedStopperLosesItsPatienceAndStaysInterrupted() throws Exception {
    RiverClient client =
        start(
            (job, context) -> {
              began.countDown();
              new CountDownLatch(1).await();
              return WorkResult.completed();
            });
    long id = client.insert(new TestArgs("a")).id();
    awaitBegan();
    AtomicReference<Boolean> interrupted = new AtomicReference<>();
    Thread stopping =
        Thread.ofPlatform()
            .start(
                () -> {
                  client.stop();
                  interrupted.set(Thread.currentThread().isInterrupted());
                });

    stopping.interrupt();
    join(stopping);

    assertThat(interrupted.get()).isTrue();
    assertThat(river.row(id).getState()).isEqualTo(RiverJobState.available);
  }

  @Test
  void aStoppedClientCanBeStartedAgain() {
    RiverClient client = river.client(builder((job, context) -> WorkResult.completed(), 10));
    for (int i = 0; i < 3; i++) {
      client.start();
      client.start();
      long id = client.insert(new TestArgs("a")).id();
      river.awaitState(id, RiverJobState.completed);
      client.stop();
      client.stop();
    }
  }

  @Test
  void aStoppedClientClaimsNothing() {
    RiverClient client = start((job, context) -> WorkResult.completed());
    client.stop();

    long id = client.insert(new TestArgs("a")).id();
    RiverClient other = start((job, context) -> WorkResult.completed());

    assertThat(river.awaitState(id, RiverJobState.completed).getAttemptedBy())
        .containsExactly(other.id());
  }

  @Test
  void aClosedClientCannotBeStarted() {
    RiverClient client = start((job, context) -> WorkResult.completed());
    client.close();
    client.close();

    assertThatThrownBy(client::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void nothingIsLeftRunningAfterAStop() {
    RiverClient client =
        river.started(
            RiverClient.builder(river.unpooled())
                .workers(
                    new Workers().add(TestArgs.class, (job, context) -> WorkResult.completed()))
                .queue("default", 10));
    river.awaitState(client.insert(new TestArgs("a")).id(), RiverJobState.completed);
    assertThat(threadsOf(client)).isNotEmpty();
    assertThat(connections()).isPositive();

    client.close();

    assertThat(threadsOf(client)).isEmpty();
    await().atMost(RiverDatabase.PATIENCE).until(() -> connections() == 0);
  }

  @Test
  void aJobThatIsCancelledBeforeItsWorkerBeginsIsPutBack() {
    CountDownLatch claimed = new CountDownLatch(1);
    CompletableFuture<Void> mayBegin = new CompletableFuture<>();
    RiverClient client =
        river.client(
            RiverClient.builder(river.dataSource())
                .workers(
                    new Workers()
                        .add(
                            TestArgs.class,
                            new Worker<>() {
                              @Override
                              public WorkResult work(
                                  dev.river.job.Job<TestArgs> job,
                                  dev.river.work.JobContext context) {
                                return WorkResult.completed();
                              }

                              @Override
                              public Optional<Duration> timeout(dev.river.job.Job<TestArgs> job) {
                                claimed.countDown();
                                mayBegin.join(); // which no interruption ends
                                return Optional.empty();
                              }
                            }))
                .queue("default", 1));
    client.start();
    long id = client.insert(new TestArgs("a")).id();
    await().atMost(RiverDatabase.PATIENCE).until(() -> claimed.getCount() == 0);
    Thread stopping = Thread.ofVirtual().start(client::stopAndCancel);
    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(
            () ->
                stopping.getState() == Thread.State.WAITING
                    || stopping.getState() == Thread.State.TIMED_WAITING);

    mayBegin.complete(null);

    RiverJobRecord row = river.awaitState(id, RiverJobState.available);
    assertThat(row.getAttempt()).isZero();
  }

  private List<String> threadsOf(RiverClient client) {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("river-" + client.id()))
        .toList();
  }

  /** Without those of the test itself. */
  private int connections() {
    return DSL.using(river.unpooled(), SQLDialect.POSTGRES)
        .fetchSingle(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND pid <> pg_backend_pid()"
                + " AND application_name <> 'pool'")
        .get(0, Integer.class);
  }

  private void awaitBegan() throws InterruptedException {
    assertThat(began.await(RiverDatabase.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  private static void join(Thread thread) throws InterruptedException {
    assertThat(thread.join(RiverDatabase.PATIENCE)).isTrue();
  }

  private RiverClient start(Worker<TestArgs> worker) {
    return river.started(builder(worker, 10));
  }

  private RiverClientBuilder builder(Worker<TestArgs> worker, int maxWorkers) {
    return RiverClient.builder(river.dataSource())
        .workers(new Workers().add(TestArgs.class, worker))
        .queue("default", maxWorkers);
  }
}
