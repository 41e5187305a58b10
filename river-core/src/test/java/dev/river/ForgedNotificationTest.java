package dev.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.river.event.Event;
import dev.river.event.EventKind;
import dev.river.event.Subscription;
import dev.river.job.InsertOpts;
import dev.river.job.Job;
import dev.river.job.JobState;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Anyone who may connect can send notifications; what is done is what the rows say. */
@Timeout(120)
class ForgedNotificationTest {
  private static final Duration NEVER_IN_A_TEST = Duration.ofHours(1);
  private static final String VICTIM = "victim";

  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final CountDownLatch victimBegun = new CountDownLatch(1);
  private final Set<Long> interrupted = ConcurrentHashMap.newKeySet();
  private RiverClient client;
  private RiverClient other;

  @BeforeEach
  void start() {
    client =
        river.started(
            RiverClient.builder(river.dataSource())
                .queue("default", 50)
                .queue("other", 5)
                .pollInterval(NEVER_IN_A_TEST)
                .workers(new Workers().add(TestArgs.class, (job, context) -> work(job))));
    other = river.client(RiverClient.builder(river.dataSource()));
  }

  @Test
  void cancelsNoRunningJob() throws Exception {
    long id = insert();
    begun.await();

    forgeCancellation(id);
    awaitThatItWasActedOn();
    mayEnd.countDown();

    river.awaitState(id, RiverJobState.completed);
    assertThat(interrupted).doesNotContain(id);
  }

  @Test
  void doesNotCancelAnAttemptByTheMarkThatAnEarlierCancellationLeft() throws Exception {
    // as a client of another language leaves it behind when it retries
    long id = other.insert(new TestArgs("a"), InsertOpts.builder().pending(true).build()).id();
    river
        .dsl()
        .execute(
            "UPDATE river_job SET metadata = '{\"cancel_attempted_at\": \"2020-01-01T00:00:00Z\"}',"
                + " state = 'available'");
    await().atMost(RiverDatabase.PATIENCE).until(() -> client.queues().get("default").isPresent());
    client.queues().resume("default"); // has the queue looked at
    forgeInsert("default");
    begun.await();

    forgeCancellation(id);
    awaitThatItWasActedOn();
    mayEnd.countDown();

    river.awaitState(id, RiverJobState.completed);
    assertThat(interrupted).doesNotContain(id);
  }

  /** The cancellation's own notification arrives when the retry runs already. */
  @Test
  void aRetryRightAfterACancellationIsWorked() {
    mayEnd.countDown();
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      RiverClient by = i % 2 == 0 ? client : other;
      long id = by.insert(new TestArgs("a"), InsertOpts.builder().pending(true).build()).id();
      by.jobs().cancel(id);
      by.jobs().retry(id);
      ids.add(id);
    }

    ids.forEach(id -> river.awaitState(id, RiverJobState.completed));
    assertThat(interrupted).isEmpty();
  }

  @Test
  void pausesNoQueue() throws Exception {
    mayEnd.countDown();
    try (Subscription events = client.subscribe(EventKind.QUEUE_PAUSED, EventKind.JOB_COMPLETED)) {
      forge("river_control", "{\"action\":\"pause\",\"queue\":\"*\"}");
      forge("river_control", "{\"action\":\"pause\",\"queue\":\"default\"}");
      insert();

      Event first = events.poll(RiverDatabase.PATIENCE).orElseThrow();
      assertThat(first.kind()).isEqualTo(EventKind.JOB_COMPLETED);
    }
  }

  @Test
  void resumesNoQueue() throws Exception {
    mayEnd.countDown();
    client.queues().pause("default");
    long id = insert();

    forge("river_control", "{\"action\":\"resume\",\"queue\":\"*\"}");
    awaitThatItWasActedOn();

    assertThat(client.jobs().get(id).orElseThrow().state()).isEqualTo(JobState.AVAILABLE);
    client.queues().resume("default");
    river.awaitState(id, RiverJobState.completed);
  }

  private WorkResult work(Job<TestArgs> job) throws InterruptedException {
    try {
      if (job.args().name().equals(VICTIM)) {
        victimBegun.countDown();
        new CountDownLatch(1).await();
      }
      begun.countDown();
      mayEnd.await();
      return WorkResult.completed();
    } catch (InterruptedException e) {
      interrupted.add(job.id());
      throw e;
    }
  }

  private long insert() {
    return other.insert(new TestArgs("a")).id();
  }

  private void forgeCancellation(long id) {
    forge(
        "river_control",
        "{\"action\":\"cancel\",\"job_id\":%s,\"queue\":\"default\"}".formatted(id));
  }

  private void forgeInsert(String queue) {
    forge("river_insert", "{\"queue\":\"%s\"}".formatted(queue));
  }

  private void forge(String topic, String payload) {
    river.dsl().execute("SELECT pg_notify(current_schema() || '.' || ?, ?)", topic, payload);
  }

  /** Notifications arrive in order, so those before a true cancellation were acted on with it. */
  private void awaitThatItWasActedOn() throws InterruptedException {
    long id = other.insert(new TestArgs(VICTIM), InsertOpts.builder().queue("other").build()).id();
    victimBegun.await();
    other.jobs().cancel(id);
    river.awaitState(id, RiverJobState.cancelled);
  }
}
