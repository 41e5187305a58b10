package dev.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.river.event.Event;
import dev.river.event.EventKind;
import dev.river.event.Subscription;
import dev.river.job.InsertOpts;
import dev.river.job.JobState;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.WorkResult;
import dev.river.work.Worker;
import dev.river.work.Workers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EventsTest {
  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private static final Worker<TestArgs> BY_NAME =
      (job, context) ->
          switch (job.args().name()) {
            case "cancel" -> WorkResult.cancel("no");
            case "snooze" -> WorkResult.snooze(Duration.ofHours(1));
            case "fail" -> throw new IllegalStateException("fails");
            case "block" -> {
              new CountDownLatch(1).await();
              yield WorkResult.completed();
            }
            default -> WorkResult.completed();
          };

  @Test
  void tellsHowAttemptsEndedWithTheJobAsItIsStoredThen() throws Exception {
    RiverClient client = river.client(builder(BY_NAME));
    try (Subscription events = client.subscribe(EventKind.values())) {
      client.start();
      InsertOpts last = InsertOpts.builder().maxAttempts(1).build();

      client.insert(new TestArgs("a"));
      assertJob(next(events), EventKind.JOB_COMPLETED, JobState.COMPLETED);
      client.insert(new TestArgs("cancel"));
      assertJob(next(events), EventKind.JOB_CANCELLED, JobState.CANCELLED);
      client.insert(new TestArgs("snooze"));
      assertJob(next(events), EventKind.JOB_SNOOZED, JobState.SCHEDULED);
      client.insert(new TestArgs("fail"));
      assertJob(next(events), EventKind.JOB_FAILED, JobState.RETRYABLE);
      client.insert(new TestArgs("fail"), last);
      assertJob(next(events), EventKind.JOB_FAILED, JobState.DISCARDED);
      long blocked = client.insert(new TestArgs("block")).id();
      river.awaitState(blocked, RiverJobState.running);
      client.stopAndCancel();
      assertJob(next(events), EventKind.JOB_INTERRUPTED, JobState.AVAILABLE);
    }
  }

  @Test
  void aCancellationFromOutsideEndsARunningJobWithItsEvent() throws Exception {
    RiverClient client = river.started(builder(BY_NAME));
    try (Subscription events = client.subscribe(EventKind.JOB_CANCELLED)) {
      long id = client.insert(new TestArgs("block")).id();
      river.awaitState(id, RiverJobState.running);

      client.jobs().cancel(id);

      assertJob(next(events), EventKind.JOB_CANCELLED, JobState.CANCELLED);
    }
  }

  @Test
  void tellsThatQueuesPauseAndGoOn() throws Exception {
    RiverClient client = river.started(builder(BY_NAME));
    try (Subscription events = client.subscribe(EventKind.QUEUE_PAUSED, EventKind.QUEUE_RESUMED)) {
      client.queues().pause("default");
      assertThat(next(events)).isEqualTo(new Event.QueueEvent(EventKind.QUEUE_PAUSED, "default"));

      client.queues().resume("*");
      assertThat(next(events)).isEqualTo(new Event.QueueEvent(EventKind.QUEUE_RESUMED, "default"));
    }
  }

  @Test
  void aSlowSubscriberLosesEventsThatAreCountedAndTheClientGoesOn() {
    log.expectWarnings();
    RiverClient client = river.client(builder(BY_NAME));
    try (Subscription events = client.subscribe(Set.of(EventKind.JOB_COMPLETED), 2)) {
      client.start();
      List<Long> ids = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        ids.add(client.insert(new TestArgs("a")).id());
      }

      river.awaitAll(ids, RiverJobState.completed);
      await().atMost(RiverDatabase.PATIENCE).until(() -> events.dropped() == 3);
    }
    assertThat(log.warnings()).anyMatch(line -> line.contains("a subscriber is too slow"));
  }

  @Test
  void aSubscriberWithTheUsualBufferLosesNothingOfFullBatches() throws Exception {
    int jobs = 5_000;
    RiverClient client =
        river.client(
            RiverClient.builder(river.dataSource())
                .workers(new Workers().add(TestArgs.class, BY_NAME))
                .queue("default", 1_000));
    List<Long> ids =
        river
            .dsl()
            .fetch(
                "INSERT INTO river_job (kind, args)"
                    + " SELECT 'test', '{\"name\": \"a\"}' FROM generate_series(1, ?) RETURNING id",
                jobs)
            .getValues(0, Long.class);
    try (Subscription events = client.subscribe(EventKind.JOB_COMPLETED)) {
      client.start();
      river.awaitAll(ids, RiverJobState.completed);
      client.stop();

      assertThat(events.dropped()).isZero();
      Set<Long> told = new HashSet<>();
      for (int i = 0; i < jobs; i++) {
        told.add(((Event.JobEvent) next(events)).job().id());
      }
      assertThat(told).containsExactlyInAnyOrderElementsOf(ids);
      assertThat(events.poll(Duration.ZERO)).isEmpty();
    }
  }

  @Test
  void callsAFunctionForEachEventWhateverItDoes() {
    log.expectWarnings();
    List<Event> seen = Collections.synchronizedList(new ArrayList<>());
    RiverClient client = river.client(builder(BY_NAME));
    client.subscribe(
        event -> {
          seen.add(event);
          throw new IllegalStateException("a careless subscriber");
        },
        EventKind.JOB_COMPLETED);
    client.start();

    client.insert(new TestArgs("a"));
    client.insert(new TestArgs("b"));

    await().atMost(RiverDatabase.PATIENCE).until(() -> seen.size() == 2);
  }

  @Test
  void aSubscriptionEndsWithItsClientAndKeepsWhatItHas() throws Exception {
    RiverClient client = river.client(builder(BY_NAME));
    Subscription events = client.subscribe(EventKind.JOB_COMPLETED);
    client.start();
    long id = client.insert(new TestArgs("a")).id();
    river.awaitState(id, RiverJobState.completed);

    client.close();

    assertJob(events.take(), EventKind.JOB_COMPLETED, JobState.COMPLETED);
    assertThat(events.poll(Duration.ofDays(1))).isEmpty();
    assertThatThrownBy(events::take).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void refusesSubscriptionsToNothing() {
    RiverClient client = river.client(builder(BY_NAME));

    assertThatThrownBy(client::subscribe).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> client.subscribe(Set.of(EventKind.JOB_FAILED), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bufferSize must be 1 to 1000000, got: 0");
  }

  private static Event next(Subscription events) throws InterruptedException {
    Optional<Event> event = events.poll(RiverDatabase.PATIENCE);
    assertThat(event).isPresent();
    return event.orElseThrow();
  }

  private static void assertJob(Event event, EventKind kind, JobState state) {
    assertThat(event)
        .isInstanceOfSatisfying(
            Event.JobEvent.class,
            told -> {
              assertThat(told.kind()).isEqualTo(kind);
              assertThat(told.job().state()).isEqualTo(state);
              assertThat(told.statistics().queueWait()).isPositive();
              assertThat(told.statistics().run()).isPositive();
              assertThat(told.statistics().complete()).isPositive();
            });
  }

  private RiverClientBuilder builder(Worker<TestArgs> worker) {
    return RiverClient.builder(river.dataSource())
        .workers(new Workers().add(TestArgs.class, worker))
        .retryPolicy(job -> Duration.ofHours(1)) // a retry would bring events of its own
        .queue("default", 10);
  }
}
