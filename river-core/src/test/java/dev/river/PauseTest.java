package dev.river;

import static dev.river.schema.Tables.RIVER_QUEUE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.river.event.Event;
import dev.river.event.EventKind;
import dev.river.event.Subscription;
import dev.river.job.InsertOpts;
import dev.river.query.Queue;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.LogWatch;
import dev.river.testing.NewJobs;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.WorkResult;
import dev.river.work.Worker;
import dev.river.work.Workers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a pause does to clients that run. */
class PauseTest {
  private static final Duration NEVER_IN_A_TEST = Duration.ofHours(1);

  /** How long a job is watched that is not to be claimed. */
  private static final Duration A_WHILE = Duration.ofMillis(300);

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  @Test
  void aPausedQueueIsNotClaimedFromAndItsRunningJobsFinish() throws Exception {
    CountDownLatch began = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    RiverClient client =
        river.started(
            builder(
                (job, context) -> {
                  began.countDown();
                  mayEnd.await();
                  return WorkResult.completed();
                }));
    long running = insert(client, "mail");
    began.await();

    client.queues().pause("mail");
    long waiting = insert(client, "mail");

    assertThat(staysAvailable(waiting)).isTrue();
    mayEnd.countDown();
    river.awaitState(running, RiverJobState.completed);
    assertThat(staysAvailable(waiting)).isTrue();
  }

  @Test
  void subscribersHearOfAPauseAndItsEndOnce() throws Exception {
    RiverClient client = river.started(builder());
    river.awaitState(insert(client, "mail"), RiverJobState.completed);
    try (Subscription events = client.subscribe(EventKind.QUEUE_PAUSED, EventKind.QUEUE_RESUMED)) {
      client.queues().pause("mail");
      client.queues().pause("mail");
      client.queues().resume("mail");

      assertThat(events.take()).isEqualTo(new Event.QueueEvent(EventKind.QUEUE_PAUSED, "mail"));
      assertThat(events.take()).isEqualTo(new Event.QueueEvent(EventKind.QUEUE_RESUMED, "mail"));
    }
  }

  @Test
  void otherQueuesGoOn() {
    RiverClient client = river.started(builder());
    client.queues().pause("mail");
    long paused = insert(client, "mail");

    river.awaitState(insert(client, "default"), RiverJobState.completed);

    assertThat(staysAvailable(paused)).isTrue();
  }

  @Test
  void resumeTakesUpTheBacklogAtOnce() {
    RiverClient client = river.started(builder().pollInterval(NEVER_IN_A_TEST));
    client.queues().pause("mail");
    List<Long> backlog = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      backlog.add(river.insert(NewJobs.inQueue("mail")));
    }

    client.queues().resume("mail");

    river.awaitAll(backlog, RiverJobState.completed);
  }

  @Test
  void otherClientsHearOfItAtOnce() {
    RiverClient other = river.client(RiverClient.builder(river.dataSource()));
    RiverClient client = river.started(builder());
    river.awaitState(insert(client, "mail"), RiverJobState.completed);
    Instant begin = Instant.now();

    for (int i = 0; i < 10; i++) {
      other.queues().pause("mail");
      awaitPaused("mail");
      long waiting = river.insert(NewJobs.inQueue("mail"));
      other.queues().resume("mail");
      river.awaitState(waiting, RiverJobState.completed);
    }

    // without notifications it would take more than 30 seconds
    assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void aQueueThatIsPausedBeforeItsClientStartsStartsPaused() {
    RiverClient client = river.client(builder());
    client.queues().pause("mail");
    long waiting = insert(client, "mail");

    client.start();
    river.awaitState(insert(client, "default"), RiverJobState.completed);

    assertThat(staysAvailable(waiting)).isTrue();
    client.queues().resume("mail");
    river.awaitState(waiting, RiverJobState.completed);
  }

  @Test
  void aPauseOutlastsARestart() {
    RiverClient client = river.started(builder());
    client.queues().pause("mail");
    client.stop();
    long waiting = insert(client, "mail");

    client.start();
    river.awaitState(insert(client, "default"), RiverJobState.completed);

    assertThat(staysAvailable(waiting)).isTrue();
  }

  /** The row of a queue that another transaction is making. */
  @Test
  void aRowThatIsBeingMadeKeepsNoOtherQueueWaiting() throws Exception {
    RiverClient client = river.client(builder());
    try (var open = river.unpooled().getConnection()) {
      open.setAutoCommit(false);
      client.queues(open).pause("mail");

      client.start();

      river.awaitState(insert(client, "default"), RiverJobState.completed);
    }
  }

  @Test
  void aPauseThatIsRolledBackHasNoEffect() throws Exception {
    RiverClient client = river.started(builder());
    river.awaitState(insert(client, "mail"), RiverJobState.completed);
    try (var connection = river.unpooled().getConnection()) {
      connection.setAutoCommit(false);
      client.queues(connection).pause("mail");
      river.awaitState(insert(client, "mail"), RiverJobState.completed);
      connection.rollback();
    }

    river.awaitState(insert(client, "mail"), RiverJobState.completed);
  }

  @Test
  void aPauseHasEffectWhenItsTransactionCommits() {
    RiverClient client = river.started(builder());
    river.awaitState(insert(client, "mail"), RiverJobState.completed);

    river.dsl().transaction(tx -> client.queues(tx.dsl()).pause("mail"));

    awaitPaused("mail");
  }

  @Test
  void aRowThatIsDeletedWhileItsQueueIsWorkedIsMadeAgain() {
    RiverClient client = river.started(builder());
    awaitRow(client, "mail");

    river.dsl().deleteFrom(RIVER_QUEUE).execute();

    assertThat(awaitRow(client, "mail").isPaused()).isFalse();
    river.awaitState(insert(client, "mail"), RiverJobState.completed);
  }

  @Test
  void aPauseIsNotLostWithItsRow() {
    RiverClient client = river.started(builder());
    client.queues().pause("mail");
    awaitPaused("mail");

    river.dsl().deleteFrom(RIVER_QUEUE).execute();

    assertThat(awaitRow(client, "mail").isPaused()).isTrue();
    assertThat(staysAvailable(insert(client, "mail"))).isTrue();
  }

  @Test
  void startingSaysThatTheQueueIsWorkedAndKeepsItsMetadata() {
    river
        .dsl()
        .execute(
            "INSERT INTO river_queue (name, created_at, updated_at, metadata)"
                + " VALUES ('mail', '2020-01-01Z', '2020-01-01Z', '{\"a\": 1}')");
    Instant old = Instant.parse("2020-01-01T00:00:00Z");

    RiverClient client = river.started(builder());

    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(() -> client.queues().get("mail").orElseThrow().updatedAt().isAfter(old));
    Queue mail = client.queues().get("mail").orElseThrow();
    assertThat(mail.createdAt()).isEqualTo(old);
    assertThat(mail.metadata()).isEqualTo("{\"a\": 1}");
  }

  @Test
  void allPausesAndResumesEveryQueue() {
    RiverClient client = river.started(builder());
    awaitRow(client, "mail");
    awaitRow(client, "default");

    client.queues().pause(Queues.ALL);
    List<Long> waiting = List.of(insert(client, "mail"), insert(client, "default"));

    assertThat(waiting).allMatch(this::staysAvailable);
    client.queues().resume(Queues.ALL);
    river.awaitAll(waiting, RiverJobState.completed);
  }

  @Test
  void aClientWithoutListenFindsOut() {
    RiverClient other = river.client(RiverClient.builder(river.dataSource()));
    RiverClient client = river.started(builder().pollOnly(true));
    river.awaitState(insert(client, "mail"), RiverJobState.completed);

    other.queues().pause("mail");
    long waiting = awaitPaused("mail");

    other.queues().resume("mail");
    river.awaitState(waiting, RiverJobState.completed);
  }

  @Test
  void aClientWithoutListenKnowsAtOnceWhatItDoesItself() {
    RiverClient client = river.started(builder().pollOnly(true));
    river.awaitState(insert(client, "mail"), RiverJobState.completed);

    client.queues().pause(Queues.ALL);

    assertThat(staysAvailable(insert(client, "mail"))).isTrue();
  }

  @Test
  void aPauseThatNobodyIsToldOfIsFoundOut() {
    RiverClient client = river.started(builder());
    river.awaitState(insert(client, "mail"), RiverJobState.completed);

    river.dsl().update(RIVER_QUEUE).set(RIVER_QUEUE.PAUSED_AT, Instant.now()).execute();
    long waiting = awaitPaused("mail");

    river.dsl().update(RIVER_QUEUE).setNull(RIVER_QUEUE.PAUSED_AT).execute();
    river.awaitState(waiting, RiverJobState.completed);
  }

  @Test
  void aPauseOutlastsTheLossOfEveryConnection() {
    log.expectWarnings();
    RiverClient client = river.started(builder());
    client.queues().pause("mail");

    river.terminateEveryConnection();
    long waiting = river.insert(NewJobs.inQueue("mail"));

    assertThat(staysAvailable(waiting)).isTrue();
    DSL.using(river.unpooled(), SQLDialect.POSTGRES)
        .update(RIVER_QUEUE)
        .setNull(RIVER_QUEUE.PAUSED_AT)
        .execute();
    river.awaitState(waiting, RiverJobState.completed);
  }

  private RiverClientBuilder builder() {
    return builder((job, context) -> WorkResult.completed());
  }

  private RiverClientBuilder builder(Worker<TestArgs> work) {
    return RiverClient.builder(river.dataSource())
        .workers(new Workers().add(TestArgs.class, work))
        .queue("default", 5)
        .queue("mail", 5)
        .pollInterval(Duration.ofMillis(50));
  }

  private static long insert(RiverClient client, String queue) {
    return client.insert(new TestArgs("a"), InsertOpts.builder().queue(queue).build()).id();
  }

  private Queue awaitRow(RiverClient client, String queue) {
    await().atMost(RiverDatabase.PATIENCE).until(() -> client.queues().get(queue).isPresent());
    return client.queues().get(queue).orElseThrow();
  }

  /** Inserts jobs until one is left alone, and returns that. */
  private long awaitPaused(String queue) {
    List<Long> inserted = new ArrayList<>();
    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(
            () -> {
              inserted.add(river.insert(NewJobs.inQueue(queue)));
              return staysAvailable(inserted.getLast());
            });
    return inserted.getLast();
  }

  /** Looks ten times, a while apart. */
  private boolean staysAvailable(long id) {
    AtomicInteger looks = new AtomicInteger();
    await()
        .atMost(RiverDatabase.PATIENCE)
        .pollInterval(A_WHILE.dividedBy(10))
        .until(() -> !isAvailable(id) || looks.incrementAndGet() == 10);
    return isAvailable(id);
  }

  private boolean isAvailable(long id) {
    return river.row(id).getState() == RiverJobState.available;
  }
}
