package dev.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.river.event.Event;
import dev.river.event.EventKind;
import dev.river.event.Subscription;
import dev.river.job.JobState;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.JobContext;
import dev.river.work.WorkResult;
import dev.river.work.Worker;
import dev.river.work.Workers;
import java.sql.Connection;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What subscribers hear of jobs that their workers complete in transactions of their own. */
class CompleteTxEventsTest {
  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final AtomicReference<Worker<TestArgs>> worker = new AtomicReference<>();
  private RiverClient client;
  private Subscription events;

  @BeforeEach
  void subscribe() {
    client =
        river.client(
            RiverClient.builder(river.dataSource())
                .workers(
                    new Workers()
                        .add(TestArgs.class, (job, context) -> worker.get().work(job, context)))
                .queue("default", 10));
    events = client.subscribe(Set.of(EventKind.values()), 100);
  }

  @AfterEach
  void unsubscribe() {
    events.close();
  }

  @Test
  void tellsOfAJobThatItsWorkerHasCompleted() throws Exception {
    start(
        (job, context) -> {
          completeAndCommit(context);
          return WorkResult.completed();
        });

    long id = client.insert(new TestArgs("a")).id();

    assertOnlyEvent(id, EventKind.JOB_COMPLETED, JobState.COMPLETED);
  }

  @Test
  void whatAWorkerThrowsAfterItHasCompletedItsJobIsNoFailureOfTheJob() throws Exception {
    start(
        (job, context) -> {
          completeAndCommit(context);
          throw new IllegalStateException("too late to matter");
        });

    long id = client.insert(new TestArgs("a")).id();

    Event.JobEvent event = assertOnlyEvent(id, EventKind.JOB_COMPLETED, JobState.COMPLETED);
    assertThat(event.job().errors()).isEmpty();
    assertThat(event.job().metadata()).contains("in the transaction");
    assertThat(event.job().finalizedAt()).contains(river.row(id).getFinalizedAt());
  }

  @Test
  void tellsNothingBeforeTheTransactionCommits() throws Exception {
    try (Connection connection = river.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      start(
          (job, context) -> {
            context.completeTx(connection);
            return WorkResult.completed();
          });

      long id = client.insert(new TestArgs("a")).id();
      awaitBlocked();
      assertThat(events.poll(Duration.ZERO)).isEmpty();
      connection.commit();

      assertOnlyEvent(id, EventKind.JOB_COMPLETED, JobState.COMPLETED);
    }
  }

  @Test
  void aCompletionThatIsRolledBackAfterTheWorkerHasReturnedIsStoredAllTheSame() throws Exception {
    try (Connection connection = river.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      start(
          (job, context) -> {
            context.output("kept");
            context.completeTx(connection);
            return WorkResult.completed();
          });

      long id = client.insert(new TestArgs("a")).id();
      awaitBlocked();
      connection.rollback();

      Event.JobEvent event = assertOnlyEvent(id, EventKind.JOB_COMPLETED, JobState.COMPLETED);
      assertThat(event.job().metadata()).isEqualTo("{\"output\": \"kept\"}");
    }
  }

  @Test
  void aWorkerThatFailsAfterItsCompletionIsRolledBackHasFailed() throws Exception {
    start(
        (job, context) -> {
          completeAndRollBack(context);
          throw new IllegalStateException("fails");
        });

    long id = client.insert(new TestArgs("a")).id();

    assertOnlyEvent(id, EventKind.JOB_FAILED, JobState.RETRYABLE);
    assertThat(river.row(id).getErrors()).hasSize(1);
  }

  private void completeAndCommit(JobContext context) {
    context.output("in the transaction");
    river.dsl().transaction(tx -> context.completeTx(tx.dsl()));
  }

  private void completeAndRollBack(JobContext context) {
    assertThatThrownBy(
            () ->
                river
                    .dsl()
                    .transaction(
                        tx -> {
                          context.completeTx(tx.dsl());
                          throw new IllegalStateException("roll back");
                        }))
        .hasMessage("roll back");
  }

  /** Until the statement that stores the outcome waits for the worker's transaction. */
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
                            DSL.condition("NOT granted AND locktype = 'transactionid'"))
                    > 0);
  }

  private Event.JobEvent assertOnlyEvent(long id, EventKind kind, JobState state)
      throws InterruptedException {
    Event.JobEvent event =
        (Event.JobEvent) events.poll(RiverDatabase.PATIENCE).orElseThrow(AssertionError::new);
    assertThat(event.job().id()).isEqualTo(id);
    assertThat(event.kind()).isEqualTo(kind);
    assertThat(event.job().state()).isEqualTo(state);
    assertThat(event.statistics().queueWait()).isPositive();
    assertThat(event.statistics().run()).isPositive();
    assertThat(event.statistics().complete()).isPositive();
    assertThat(river.row(id).getState().getLiteral()).isEqualToIgnoringCase(state.name());
    client.stop();
    assertThat(events.poll(Duration.ZERO)).isEmpty();
    return event;
  }

  private void start(Worker<TestArgs> started) {
    worker.set(started);
    client.start();
  }
}
