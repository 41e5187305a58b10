package dev.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.river.error.QueueNotFoundException;
import dev.river.job.InsertOpts;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.QueueConfig;
import dev.river.work.WorkResult;
import dev.river.work.Worker;
import dev.river.work.Workers;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which queues a client works. */
class WorkedQueuesTest {
  private static final QueueConfig FIVE = QueueConfig.builder().maxWorkers(5).build();

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final CountDownLatch began = new CountDownLatch(1);
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** Its jobs in the queue mail begin and wait, the others are completed at once. */
  private final Worker<TestArgs> slowMail =
      (job, context) -> {
        if (job.queue().equals("mail")) {
          began.countDown();
          mayEnd.await();
        }
        return WorkResult.completed();
      };

  @AfterEach
  void end() {
    mayEnd.countDown();
    threads.close();
  }

  @Test
  void aQueueThatIsAddedToARunningClientIsWorked() {
    RiverClient client = river.started(builder());
    long waiting = insert(client, "mail");

    client.queues().add("mail", FIVE);

    river.awaitState(waiting, RiverJobState.completed);
    assertThat(client.queues().get("mail")).isPresent();
  }

  @Test
  void aQueueThatIsAddedBeforeTheStartIsWorkedOverStopsAndStarts() {
    RiverClient client = river.client(builder());
    client.queues().add("mail", FIVE);

    client.start();
    river.awaitState(insert(client, "mail"), RiverJobState.completed);
    client.stop();
    client.start();

    river.awaitState(insert(client, "mail"), RiverJobState.completed);
  }

  @Test
  void aQueueThatIsAddedPausedStaysSo() {
    RiverClient client = river.started(builder());
    client.queues().pause("mail");
    client.queues().add("mail", FIVE);
    long waiting = insert(client, "mail");

    river.awaitState(insert(client, "default"), RiverJobState.completed);
    assertThat(river.row(waiting).getState()).isEqualTo(RiverJobState.available);

    client.queues().resume("mail");
    river.awaitState(waiting, RiverJobState.completed);
  }

  @Test
  void removeWaitsForTheJobsOfItsQueueOnly() throws Exception {
    RiverClient client = river.started(builder(slowMail).queue("mail", 5));
    long running = insert(client, "mail");
    began.await();

    Future<?> removal = threads.submit(() -> remove(client, "mail"));
    river.awaitState(insert(client, "default"), RiverJobState.completed);
    assertThat(removal).isNotDone();
    mayEnd.countDown();

    removal.get(30, TimeUnit.SECONDS);
    assertThat(river.row(running).getState()).isEqualTo(RiverJobState.completed);
  }

  @Test
  void theJobsOfARemovedQueueWaitUntilItIsAddedAgain() throws Exception {
    RiverClient client = river.started(builder().queue("mail", 5));
    river.awaitState(insert(client, "mail"), RiverJobState.completed);

    client.queues().remove("mail");
    long waiting = insert(client, "mail");
    river.awaitState(insert(client, "default"), RiverJobState.completed);
    client.stop();
    client.start();
    river.awaitState(insert(client, "default"), RiverJobState.completed);
    assertThat(river.row(waiting).getState()).isEqualTo(RiverJobState.available);

    client.queues().add("mail", FIVE);
    river.awaitState(waiting, RiverJobState.completed);
  }

  @Test
  void aRemovalThatTookTooLongClaimsNothingMoreAndCanBeTriedAgain() throws Exception {
    RiverClient client = river.started(builder(slowMail).queue("mail", 5));
    long running = insert(client, "mail");
    began.await();

    assertThat(client.queues().remove("mail", Duration.ofMillis(50))).isFalse();
    long waiting = insert(client, "mail");
    assertThat(client.queues().remove("mail", Duration.ZERO)).isFalse();
    assertThatThrownBy(() -> client.queues().add("mail", FIVE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a queue must not be added while it is being removed, got: \"mail\"");
    mayEnd.countDown();
    assertThat(client.queues().remove("mail", RiverDatabase.PATIENCE)).isTrue();

    assertThat(river.row(running).getState()).isEqualTo(RiverJobState.completed);
    assertThat(river.row(waiting).getState()).isEqualTo(RiverJobState.available);
    client.queues().add("mail", FIVE);
    river.awaitState(waiting, RiverJobState.completed);
  }

  @Test
  void aQueueThatIsBeingRemovedIsNotStartedAgain() throws Exception {
    RiverClient client = river.started(builder(slowMail).queue("mail", 5));
    insert(client, "mail");
    began.await();
    assertThat(client.queues().remove("mail", Duration.ZERO)).isFalse();
    mayEnd.countDown();
    client.stop();

    client.start();
    long waiting = insert(client, "mail");
    river.awaitState(insert(client, "default"), RiverJobState.completed);

    assertThat(river.row(waiting).getState()).isEqualTo(RiverJobState.available);
    client.queues().remove("mail");
    client.queues().add("mail", FIVE);
    river.awaitState(waiting, RiverJobState.completed);
  }

  @Test
  void anInterruptionEndsTheWaitingOfARemovalAndNothingElse() throws Exception {
    RiverClient client = river.started(builder(slowMail).queue("mail", 5));
    long running = insert(client, "mail");
    began.await();
    CountDownLatch interrupted = new CountDownLatch(1);
    Thread removing =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    client.queues().remove("mail");
                  } catch (InterruptedException e) {
                    interrupted.countDown();
                  }
                });

    removing.interrupt();
    assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
    mayEnd.countDown();

    client.queues().remove("mail");
    assertThat(river.row(running).getState()).isEqualTo(RiverJobState.completed);
  }

  @Test
  void aRemovalEndsWhenItsClientIsStopped() throws Exception {
    RiverClient client = river.started(builder(slowMail).queue("mail", 5));
    long running = insert(client, "mail");
    began.await();
    Future<?> removal = threads.submit(() -> remove(client, "mail"));

    client.stopAndCancel();

    removal.get(30, TimeUnit.SECONDS);
    assertThat(river.row(running).getState()).isEqualTo(RiverJobState.available);
  }

  @Test
  void aQueueThatIsAddedDuringAStopIsWorkedFromTheNextStartOn() throws Exception {
    RiverClient client = river.started(builder(slowMail).queue("mail", 5));
    insert(client, "mail");
    began.await();
    Future<?> stop = threads.submit(() -> client.stop());
    awaitNoThread(client, "producer-mail");

    client.queues().add("later", FIVE);
    long waiting = insert(client, "later");
    assertThat(stop).isNotDone();
    mayEnd.countDown();
    stop.get(30, TimeUnit.SECONDS);
    assertThat(river.row(waiting).getState()).isEqualTo(RiverJobState.available);

    client.start();
    river.awaitState(waiting, RiverJobState.completed);
  }

  @Test
  void aQueueIsWorkedAsItsSettingsSay() {
    river.started(
        builder()
            .pollInterval(Duration.ofHours(1))
            .pollOnly(true)
            .queue(
                "mail",
                QueueConfig.builder().maxWorkers(1).pollInterval(Duration.ofMillis(10)).build()));
    RiverClient inserter = river.client(RiverClient.builder(river.dataSource()));

    for (int i = 0; i < 3; i++) {
      river.awaitState(insert(inserter, "mail"), RiverJobState.completed);
    }
  }

  @Test
  void aQueueIsAddedOnce() {
    RiverClient client = river.client(builder());

    assertThatThrownBy(() -> client.queues().add("default", FIVE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a queue must be added once, and the client works this one: \"default\"");
  }

  @Test
  void aQueueNeedsAValidName() {
    RiverClient client = river.client(builder());

    assertThatThrownBy(() -> client.queues().add(Queues.ALL, FIVE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("got: \"*\"");
  }

  @Test
  void onlyAQueueThatIsWorkedCanBeRemoved() {
    RiverClient client = river.client(builder());

    assertThatThrownBy(() -> client.queues().remove("mail"))
        .isInstanceOfSatisfying(
            QueueNotFoundException.class, e -> assertThat(e.queue()).isEqualTo("mail"));
    assertThatThrownBy(() -> client.queues().remove("default", Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aClientThatOnlyInsertsWorksNoQueue() {
    RiverClient client = river.client(RiverClient.builder(river.dataSource()));

    assertThatThrownBy(() -> client.queues().add("mail", FIVE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("a client without queues only inserts");
    assertThatThrownBy(() -> client.queues().remove("mail"))
        .isInstanceOf(IllegalStateException.class);
  }

  private RiverClientBuilder builder() {
    return builder((job, context) -> WorkResult.completed());
  }

  private RiverClientBuilder builder(Worker<TestArgs> worker) {
    return RiverClient.builder(river.dataSource())
        .workers(new Workers().add(TestArgs.class, worker))
        .queue("default", 5);
  }

  private static long insert(RiverClient client, String queue) {
    return client.insert(new TestArgs("a"), InsertOpts.builder().queue(queue).build()).id();
  }

  private static Void remove(RiverClient client, String queue) throws InterruptedException {
    client.queues().remove(queue);
    return null;
  }

  private static void awaitNoThread(RiverClient client, String part) {
    String name = "river-%s-%s".formatted(client.id(), part);
    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().equals(name)));
  }
}
