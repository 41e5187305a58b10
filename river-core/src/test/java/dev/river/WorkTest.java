package dev.river;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.job.InsertOpts;
import dev.river.job.Job;
import dev.river.schema.enums.RiverJobState;
import dev.river.schema.tables.records.RiverJobRecord;
import dev.river.testing.LogWatch;
import dev.river.testing.NewJobs;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.CancelCause;
import dev.river.work.JobContext;
import dev.river.work.WorkResult;
import dev.river.work.Worker;
import dev.river.work.Workers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class WorkTest {
  private static final Duration NEVER_IN_A_TEST = Duration.ofHours(1);

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  @Test
  void completesAJobAndGivesItsArgumentsToTheWorker() {
    AtomicReference<Job<TestArgs>> seen = new AtomicReference<>();
    RiverClient client =
        start(
            (job, context) -> {
              seen.set(job);
              assertThat(Thread.currentThread().isVirtual()).isTrue();
              return WorkResult.completed();
            });

    long id = client.insert(new TestArgs("whale")).id();

    RiverJobRecord row = river.awaitState(id, RiverJobState.completed);
    assertThat(seen.get().args()).isEqualTo(new TestArgs("whale"));
    assertThat(seen.get().attempt()).isEqualTo(1);
    assertThat(row.getAttemptedBy()).containsExactly(client.id());
    assertThat(row.getErrors()).isNull();
    assertThat(row.getFinalizedAt()).isNotNull();
  }

  @Test
  void worksTheJobOfATransactionAtOnceWhenThatCommits() throws Exception {
    RiverClient inserting = client(RiverClient.builder(river.dataSource()));
    RiverClient working =
        river.started(
            builder((job, context) -> WorkResult.completed()).pollInterval(NEVER_IN_A_TEST));
    try (var connection = river.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      long id = inserting.insertTx(connection, new TestArgs("a")).id();
      // a pass that finds nothing of it
      long other = working.insert(new TestArgs("b")).id();
      river.awaitState(other, RiverJobState.completed);
      connection.commit();

      river.awaitState(id, RiverJobState.completed);
    }
  }

  @Test
  void recordsAFailureAndTriesAgain() {
    RiverClient client =
        start(
            new Worker<>() {
              @Override
              public WorkResult work(Job<TestArgs> job, JobContext context) {
                if (job.attempt() == 1) {
                  throw new IllegalStateException("not yet");
                }
                return WorkResult.completed();
              }

              @Override
              public Optional<Instant> nextRetry(Job<TestArgs> job) {
                return Optional.of(Instant.now().plusMillis(50));
              }
            });

    long id = client.insert(new TestArgs("a")).id();

    RiverJobRecord row = river.awaitState(id, RiverJobState.completed);
    assertThat(row.getAttempt()).isEqualTo(2);
    assertThat(row.getErrors()).hasSize(1);
    assertThat(row.getErrors()[0].data())
        .contains("\"error\": \"java.lang.IllegalStateException: not yet\"")
        .contains("\"attempt\": 1")
        .contains("WorkTest")
        .contains("\"at\": \"20");
  }

  @Test
  void waitsAsLongAsRiversPolicySays() {
    RiverClient client =
        start(
            (job, context) -> {
              throw new AssertionError("an Error is a failure too");
            });

    long id = client.insert(new TestArgs("a")).id();

    RiverJobRecord row = river.awaitState(id, RiverJobState.retryable);
    assertThat(Duration.between(row.getAttemptedAt(), row.getScheduledAt()))
        .isBetween(Duration.ofMillis(900), Duration.ofSeconds(10));
    assertThat(row.getErrors()[0].data()).contains("java.lang.AssertionError");
  }

  @Test
  void discardsAJobAfterItsLastAttempt() {
    RiverClient client =
        start(
            (job, context) -> {
              throw new Exception("always");
            });

    long id = client.insert(new TestArgs("a"), InsertOpts.builder().maxAttempts(1).build()).id();

    RiverJobRecord row = river.awaitState(id, RiverJobState.discarded);
    assertThat(row.getErrors()).hasSize(1);
    assertThat(row.getFinalizedAt()).isNotNull();
  }

  @Test
  void cancelsAJobForGoodWithItsReason() {
    RiverClient client = start((job, context) -> WorkResult.cancel("no such account"));

    long id = client.insert(new TestArgs("a")).id();

    RiverJobRecord row = river.awaitState(id, RiverJobState.cancelled);
    assertThat(row.getErrors()[0].data()).contains("JobCancelError: no such account");
    assertThat(row.getAttempt()).isEqualTo(1);
  }

  @Test
  void snoozesAJobWithoutCountingTheAttempt() {
    RiverClient client = start((job, context) -> WorkResult.snooze(Duration.ofHours(1)));

    long id = client.insert(new TestArgs("a")).id();

    RiverJobRecord row = river.awaitState(id, RiverJobState.scheduled);
    assertThat(row.getAttempt()).isZero();
    assertThat(row.getErrors()).isNull();
    assertThat(row.getMetadata().data()).isEqualTo("{\"snoozes\": 1}");
  }

  @Test
  void worksASnoozedJobAgainWhenItsTimeHasCome() {
    AtomicInteger calls = new AtomicInteger();
    RiverClient client =
        start(
            (job, context) ->
                calls.incrementAndGet() <= 3
                    ? WorkResult.snooze(Duration.ofMillis(10))
                    : WorkResult.completed());

    long id = client.insert(new TestArgs("a")).id();

    RiverJobRecord row = river.awaitState(id, RiverJobState.completed);
    assertThat(row.getAttempt()).isEqualTo(1);
    assertThat(row.getMetadata().data()).isEqualTo("{\"snoozes\": 3}");
  }

  @Test
  void interruptsAnAttemptThatRunsLongerThanTheClientsTimeout() {
    AtomicReference<Optional<CancelCause>> cause = new AtomicReference<>();
    RiverClient client =
        river.started(
            builder(
                    (job, context) -> {
                      try {
                        new CountDownLatch(1).await();
                      } finally {
                        cause.set(context.cancelCause());
                      }
                      return WorkResult.completed();
                    })
                .jobTimeout(Duration.ofSeconds(1)));

    long id = client.insert(new TestArgs("a")).id();

    RiverJobRecord row = river.awaitState(id, RiverJobState.retryable);
    assertThat(row.getErrors()[0].data()).contains("timed out: java.lang.InterruptedException");
    assertThat(cause.get()).contains(CancelCause.TIMEOUT);
  }

  @Test
  void theWorkersTimeoutWins() {
    RiverClient client =
        river.started(
            builder(
                    new Worker<>() {
                      @Override
                      public WorkResult work(Job<TestArgs> job, JobContext context)
                          throws InterruptedException {
                        return new CountDownLatch(1).await(200, TimeUnit.MILLISECONDS)
                            ? WorkResult.cancel("can't be")
                            : WorkResult.completed();
                      }

                      @Override
                      public Optional<Duration> timeout(Job<TestArgs> job) {
                        return Optional.of(NO_TIMEOUT);
                      }
                    })
                .jobTimeout(Duration.ofMillis(1)));

    long id = client.insert(new TestArgs("a")).id();

    river.awaitState(id, RiverJobState.completed);
  }

  @Test
  void aWorkerThatReturnsAfterItsTimeoutHasItsResult() {
    RiverClient client =
        river.started(
            builder(
                    (job, context) -> {
                      try {
                        new CountDownLatch(1).await();
                      } catch (InterruptedException e) {
                        return WorkResult.completed();
                      }
                      return WorkResult.cancel("can't be");
                    })
                .jobTimeout(Duration.ofSeconds(1)));

    long id = client.insert(new TestArgs("a")).id();

    river.awaitState(id, RiverJobState.completed);
  }

  @Test
  void aWorkerThatReturnsNullHasFailed() {
    @SuppressWarnings("NullAway") // what a careless user may do
    RiverClient client = start((job, context) -> null);

    long id = client.insert(new TestArgs("a")).id();

    assertThat(river.awaitState(id, RiverJobState.retryable).getErrors()[0].data())
        .contains("returned no WorkResult but null");
  }

  @Test
  void oneBadRowHarmsOneJob() {
    RiverClient client = client((job, context) -> WorkResult.completed());
    long unknown = river.insert(NewJobs.ofKind("nobody_knows"));
    long undecodable = river.insert(NewJobs.available());
    river.dsl().execute("UPDATE river_job SET args = '{\"name\": [1]}' WHERE id = ?", undecodable);
    long good = client.insert(new TestArgs("a")).id();

    client.start();

    river.awaitState(good, RiverJobState.completed);
    assertThat(river.awaitState(unknown, RiverJobState.retryable).getErrors()[0].data())
        .contains("job kind is not registered in the client's Workers bundle: nobody_knows");
    assertThat(river.awaitState(undecodable, RiverJobState.retryable).getErrors()[0].data())
        .contains("args can't be read as dev.river.testing.TestArgs");
  }

  @Test
  void oneResultThatTheDatabaseRefusesHarmsOneJob() {
    log.expectWarnings();
    int jobs = 20;
    CyclicBarrier together = new CyclicBarrier(jobs);
    RiverClient client =
        client(
            (job, context) -> {
              together.await();
              return job.args().name().equals("bad")
                  ? WorkResult.cancel("refused")
                  : WorkResult.completed();
            });
    river.dsl().execute("ALTER TABLE river_job ADD CHECK (state <> 'cancelled')");
    long bad = client.insert(new TestArgs("bad")).id();
    List<Long> good = new ArrayList<>();
    for (int i = 1; i < jobs; i++) {
      good.add(client.insert(new TestArgs("good")).id());
    }

    client.start();

    river.awaitAll(good, RiverJobState.completed);
    assertThat(river.awaitState(bad, RiverJobState.retryable).getErrors()[0].data())
        .contains("its result was refused");
  }

  @Test
  void storesErrorTextsThatPostgresCannotHold() {
    RiverClient client =
        start(
            (job, context) -> {
              throw new IllegalStateException("nul \0 and half \uD83D");
            });

    long id = client.insert(new TestArgs("a")).id();

    assertThat(river.awaitState(id, RiverJobState.retryable).getErrors()[0].data())
        .contains("nul \uFFFD and half \uFFFD");
  }

  @Test
  void runsAsManyAsMaxWorkersAtOnceAndNeverMore() {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CyclicBarrier three = new CyclicBarrier(3);
    RiverClient client =
        client(
            builder(
                    (job, context) -> {
                      most.accumulateAndGet(running.incrementAndGet(), Math::max);
                      three.await();
                      running.decrementAndGet();
                      return WorkResult.completed();
                    },
                    3)
                .pollInterval(NEVER_IN_A_TEST));
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      ids.add(river.insert(NewJobs.available()));
    }

    client.start();

    river.awaitAll(ids, RiverJobState.completed);
    assertThat(most.get()).isEqualTo(3);
  }

  @Test
  void pollingAloneFindsEverything() {
    RiverClient worker =
        river.started(
            builder((job, context) -> WorkResult.completed())
                .pollOnly(true)
                .pollInterval(Duration.ofMillis(20)));

    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      ids.add(river.insert(NewJobs.available()));
    }

    river.awaitAll(ids, RiverJobState.completed);
    assertThat(worker.id()).isNotEmpty();
    assertThat(
            river
                .dsl()
                .fetchCount(
                    org.jooq.impl.DSL.table("pg_stat_activity"),
                    org.jooq.impl.DSL.condition(
                        "datname = current_database() AND query LIKE 'LISTEN%'")))
        .isZero();
  }

  @Test
  void worksEachOfTenThousandJobsExactlyOnce() throws Exception {
    int threads = 8;
    int jobs = 10_000;
    Map<Long, AtomicInteger> worked = new ConcurrentHashMap<>();
    RiverClient client =
        river.started(
            builder(
                (job, context) -> {
                  worked.computeIfAbsent(job.id(), id -> new AtomicInteger()).incrementAndGet();
                  return WorkResult.completed();
                }));
    List<Future<List<Long>>> inserted = new ArrayList<>();

    try (var inserters = Executors.newFixedThreadPool(threads)) {
      for (int i = 0; i < threads; i++) {
        inserted.add(inserters.submit(() -> insertEachInItsTransaction(client, jobs / threads)));
      }
    }

    List<Long> ids = new ArrayList<>();
    for (Future<List<Long>> some : inserted) {
      ids.addAll(some.get());
    }
    river.awaitAll(ids, RiverJobState.completed);
    assertThat(ids).hasSize(jobs);
    assertThat(worked.keySet()).containsExactlyInAnyOrderElementsOf(ids);
    assertThat(worked.values()).allMatch(count -> count.get() == 1);
  }

  private List<Long> insertEachInItsTransaction(RiverClient client, int count) throws Exception {
    List<Long> ids = new ArrayList<>();
    try (var connection = river.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      for (int i = 0; i < count; i++) {
        ids.add(client.insertTx(connection, new TestArgs("a")).id());
        connection.commit();
      }
    }
    return ids;
  }

  private RiverClient start(Worker<TestArgs> worker) {
    return river.started(builder(worker));
  }

  private RiverClient client(Worker<TestArgs> worker) {
    return river.client(builder(worker));
  }

  private RiverClient client(RiverClientBuilder builder) {
    return river.client(builder);
  }

  private RiverClientBuilder builder(Worker<TestArgs> worker) {
    return builder(worker, 100);
  }

  private RiverClientBuilder builder(Worker<TestArgs> worker, int maxWorkers) {
    return RiverClient.builder(river.dataSource())
        .workers(new Workers().add(TestArgs.class, worker))
        .queue("default", maxWorkers);
  }
}
