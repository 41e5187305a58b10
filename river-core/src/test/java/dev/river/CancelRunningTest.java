package dev.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.river.internal.codec.JsonCodec;
import dev.river.internal.store.JobClaims;
import dev.river.job.JobState;
import dev.river.query.JobQuery;
import dev.river.schema.enums.RiverJobState;
import dev.river.schema.tables.records.RiverJobRecord;
import dev.river.testing.LogWatch;
import dev.river.testing.Proxies;
import dev.river.testing.RiverDatabase;
import dev.river.testing.StoredJob;
import dev.river.testing.TestArgs;
import dev.river.work.CancelCause;
import dev.river.work.JobContext;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.jooq.JSONB;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class CancelRunningTest {
  private static final Duration NEVER_IN_A_TEST = Duration.ofHours(1);

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final CountDownLatch begun = new CountDownLatch(1);
  private final SynchronousQueue<Optional<CancelCause>> causes = new SynchronousQueue<>();
  private final AtomicReference<JobContext> context = new AtomicReference<>();
  private RiverClient other;

  @BeforeEach
  void createOtherClient() {
    other = river.client(RiverClient.builder(river.dataSource()));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anotherClientInterruptsARunningJob(boolean pollOnly) throws Exception {
    working(builder().pollOnly(pollOnly));
    long id = other.insert(new TestArgs("a")).id();
    begun.await();

    assertThat(other.jobs().cancel(id).state()).isEqualTo(JobState.RUNNING);

    assertThat(cause()).contains(CancelCause.REMOTE);
    RiverJobRecord row = river.awaitState(id, RiverJobState.cancelled);
    assertThat(row.getFinalizedAt()).isNotNull();
    assertThat(row.getErrors()[0].data()).contains("JobCancelError: job cancelled remotely");
  }

  @Test
  void aNotificationInterruptsAJobThoughItsQueueIsRarelyPolled() throws Exception {
    working(builder().pollInterval(NEVER_IN_A_TEST));
    long id = other.insert(new TestArgs("a")).id();
    begun.await();

    other.jobs().cancel(id);

    assertThat(cause()).contains(CancelCause.REMOTE);
    river.awaitState(id, RiverJobState.cancelled);
  }

  @Test
  void aJobIsInterruptedThoughTheFirstLookAtItsCancellationEndsWithAnError() throws Exception {
    log.expectWarnings();
    AtomicInteger failuresLeft = new AtomicInteger();
    DataSource pool =
        Proxies.of(
            DataSource.class,
            river.dataSource(),
            Map.of(
                "getConnection",
                arguments -> {
                  if (Thread.currentThread().getName().endsWith("-cancel-watch")
                      && failuresLeft.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    throw new OutOfMemoryError("for a moment");
                  }
                  return river.dataSource().getConnection();
                }));
    working(RiverClient.builder(pool).queue("default", 5).jobTimeout(NEVER_IN_A_TEST));
    long id = other.insert(new TestArgs("a")).id();
    begun.await();
    failuresLeft.set(1);

    other.jobs().cancel(id);

    assertThat(cause()).contains(CancelCause.REMOTE);
    assertThat(failuresLeft).hasValue(0);
    river.awaitState(id, RiverJobState.cancelled);
  }

  @Test
  void theSameClientInterruptsItWithoutWaitingForAnyNews() throws Exception {
    RiverClient client = working(builder().pollOnly(true));
    long id = client.insert(new TestArgs("a")).id();
    begun.await();

    client.jobs().cancel(id);

    assertThat(context.get().cancelCause()).contains(CancelCause.REMOTE);
    assertThat(cause()).contains(CancelCause.REMOTE);
    river.awaitState(id, RiverJobState.cancelled);
  }

  @Test
  void manyRunningJobsAreInterrupted() throws Exception {
    working(builder());
    long id = other.insert(new TestArgs("a")).id();
    begun.await();

    assertThat(other.jobs().cancelAll(JobQuery.builder().kinds("test").build(), 10))
        .containsExactly(id);

    assertThat(cause()).contains(CancelCause.REMOTE);
    river.awaitState(id, RiverJobState.cancelled);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void inATransactionARunningJobIsInterruptedWhenThatCommits(boolean pollOnly) throws Exception {
    RiverClient client = working(builder().pollOnly(pollOnly));
    long id = other.insert(new TestArgs("a")).id();
    begun.await();
    try (Connection connection = river.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      client.jobs(connection).cancel(id);
      // longer than a client without notifications takes to look
      assertThat(causes.poll(1500, TimeUnit.MILLISECONDS)).isNull();

      connection.commit();
    }
    assertThat(cause()).contains(CancelCause.REMOTE);
    river.awaitState(id, RiverJobState.cancelled);
  }

  @Test
  void aWorkerThatReturnsAllTheSameHasItsResult() throws Exception {
    RiverClient client =
        river.started(
            builder()
                .workers(
                    new Workers()
                        .add(
                            TestArgs.class,
                            (job, context) -> {
                              awaitCancellation(context);
                              return WorkResult.completed();
                            })));
    long id = client.insert(new TestArgs("a")).id();
    begun.await();

    other.jobs().cancel(id);
    cause();

    river.awaitState(id, RiverJobState.completed);
  }

  @Test
  void aWorkerIsInterruptedOnceByACancellationThatIsHeardOfTwice() throws Exception {
    AtomicInteger interruptions = new AtomicInteger();
    CountDownLatch mayEnd = new CountDownLatch(1);
    RiverClient client =
        river.started(
            builder()
                .workers(
                    new Workers()
                        .add(
                            TestArgs.class,
                            (job, context) -> {
                              begun.countDown();
                              while (mayEnd.getCount() > 0) {
                                try {
                                  mayEnd.await();
                                } catch (InterruptedException e) {
                                  interruptions.incrementAndGet();
                                  causes.put(context.cancelCause());
                                }
                              }
                              return WorkResult.completed();
                            })));
    long id = client.insert(new TestArgs("a")).id();
    begun.await();
    client.jobs().cancel(id); // directly, and by the notification
    cause();
    // its own notification comes after that of the cancellation
    long later = client.insert(new TestArgs("b")).id();
    mayEnd.countDown();
    river.awaitState(id, RiverJobState.completed);
    river.awaitState(later, RiverJobState.completed);

    assertThat(interruptions).hasValue(1);
  }

  @Test
  void aCancellationIsHeardOfWhileAStopWaitsForTheJob() throws Exception {
    RiverClient client = working(builder());
    long id = other.insert(new TestArgs("a")).id();
    begun.await();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var stopped = threads.submit(() -> client.stop());
      other.jobs().cancel(id);
      assertThat(cause()).contains(CancelCause.REMOTE);
      stopped.get(30, TimeUnit.SECONDS);
    }
    assertThat(river.row(id).getState()).isEqualTo(RiverJobState.cancelled);
  }

  @Test
  void aCancellationWhoseNotificationWasMissedIsFoundAfterReconnecting() throws Exception {
    log.expectWarnings();
    working(builder());
    long id = other.insert(new TestArgs("a")).id();
    begun.await();

    river
        .dsl()
        .execute(
            "UPDATE river_job SET metadata = '{\"cancel_attempted_at\": \"2026-01-01T00:00:00Z\"}'");
    river.terminateEveryConnection();

    assertThat(cause()).contains(CancelCause.REMOTE);
    river.awaitState(id, RiverJobState.cancelled);
  }

  @Test
  void anOldMarkDoesNotCancelAJobThatAnotherRiverClientHasRetried() throws Exception {
    long id =
        StoredJob.in(
            river.dsl(),
            RiverJobState.available,
            j -> {
              j.setArgs(JSONB.valueOf("{\"name\": \"a\"}"));
              j.setMetadata(JSONB.valueOf("{\"cancel_attempted_at\": \"2020-01-01T00:00:00Z\"}"));
            });
    CountDownLatch mayEnd = new CountDownLatch(1);
    river.started(
        builder()
            .pollOnly(true)
            .workers(
                new Workers()
                    .add(
                        TestArgs.class,
                        (job, context) -> {
                          begun.countDown();
                          // longer than it takes to look for cancellations
                          mayEnd.await(1500, TimeUnit.MILLISECONDS);
                          return WorkResult.completed();
                        })));
    begun.await();

    RiverJobRecord row = river.awaitState(id, RiverJobState.completed);
    assertThat(row.getErrors()).isNull();
  }

  @Test
  void aRetriedJobIsWorkedAtOnceThoughItsQueueIsRarelyPolled() {
    RiverClient client =
        river.started(
            RiverClient.builder(river.dataSource())
                .queue("default", 5)
                .pollInterval(NEVER_IN_A_TEST)
                .workers(
                    new Workers().add(TestArgs.class, (job, context) -> WorkResult.completed())));
    long id = client.insert(new TestArgs("a")).id();
    river.awaitState(id, RiverJobState.completed);

    other.jobs().retry(id);

    awaitAttempts(id, 2);
    client.jobs().retry(id);
    awaitAttempts(id, 3);
  }

  @Test
  void aRetriedJobIsNotCancelledByTheMarkOfItsEarlierCancellation() throws Exception {
    RiverClient client =
        river.started(
            builder()
                .workers(
                    new Workers()
                        .add(
                            TestArgs.class,
                            (job, context) -> {
                              if (job.attempt() == 1) {
                                awaitCancellation(context);
                              }
                              throw new IllegalStateException("fails");
                            })));
    long id = client.insert(new TestArgs("a")).id();
    begun.await();
    client.jobs().cancel(id);
    cause();
    river.awaitState(id, RiverJobState.cancelled);

    client.jobs().retry(id);

    river.awaitState(id, RiverJobState.retryable);
  }

  @Test
  void aStuckJobIsMarkedSoThatItIsNotWorkedAgain() {
    long id = StoredJob.in(river.dsl(), RiverJobState.available);
    river
        .database()
        .call(db -> new JobClaims(new JsonCodec()).claim(db, "default", "dead client", 1));

    other.jobs().cancel(id);

    assertThat(river.row(id).getState()).isEqualTo(RiverJobState.running);
    assertThat(river.row(id).getMetadata().data()).contains("cancel_attempted_at");
  }

  private RiverClient working(RiverClientBuilder builder) {
    return river.started(
        builder.workers(
            new Workers()
                .add(
                    TestArgs.class,
                    (job, context) -> {
                      awaitCancellation(context);
                      throw new IllegalStateException("stops");
                    })));
  }

  private void awaitCancellation(JobContext context) throws InterruptedException {
    this.context.set(context);
    begun.countDown();
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      causes.put(context.cancelCause());
    }
  }

  private Optional<CancelCause> cause() throws InterruptedException {
    Optional<CancelCause> cause = causes.poll(30, TimeUnit.SECONDS);
    assertThat(cause).as("the worker was interrupted").isNotNull();
    return cause;
  }

  private RiverClientBuilder builder() {
    return RiverClient.builder(river.dataSource())
        .queue("default", 5)
        .jobTimeout(NEVER_IN_A_TEST)
        .pollInterval(Duration.ofMillis(100));
  }

  private void awaitAttempts(long id, int attempts) {
    await()
        .atMost(RiverDatabase.PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .untilAsserted(
            () -> {
              RiverJobRecord row = river.row(id);
              assertThat(List.of(row.getAttempt(), row.getState()))
                  .isEqualTo(List.of(attempts, RiverJobState.completed));
            });
  }
}
