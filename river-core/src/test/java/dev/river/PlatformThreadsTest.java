package dev.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.river.job.InsertOpts;
import dev.river.job.JobArgs;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.QueueConfig;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Jobs that compute without a pause, which no virtual thread can take a processor from. */
class PlatformThreadsTest {
  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
  private static final InheritableThreadLocal<String> USER = new InheritableThreadLocal<>();

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final AtomicBoolean released = new AtomicBoolean();
  private final AtomicInteger spinning = new AtomicInteger();
  private final ConcurrentLinkedQueue<Thread> threads = new ConcurrentLinkedQueue<>();

  record SpinArgs(int number) implements JobArgs {
    @Override
    public String kind() {
      return "spin";
    }
  }

  @AfterEach
  void release() {
    released.set(true);
    USER.remove();
  }

  @Test
  void leaveTheProcessorsToOtherQueues() {
    RiverClient client = start(QueueConfig.builder().maxWorkers(PROCESSORS + 1).platformThreads());
    List<Long> ids = spin(client, PROCESSORS + 1);

    long other = client.insert(new TestArgs("whale")).id();

    river.awaitState(other, RiverJobState.completed);
    assertThat(released).isFalse();
    assertThat(spinning).hasValue(PROCESSORS + 1);
    released.set(true);
    ids.forEach(id -> river.awaitState(id, RiverJobState.completed));
  }

  @Test
  void areNewDaemonsThatInheritNothingAndAreNamedAfterTheirJobs() {
    USER.set("Ada");
    released.set(true);
    RiverClient client = start(QueueConfig.builder().maxWorkers(1).platformThreads());

    long first = client.insert(new SpinArgs(1), inSpin()).id();
    long second = client.insert(new SpinArgs(2), inSpin()).id();

    river.awaitState(first, RiverJobState.completed);
    river.awaitState(second, RiverJobState.completed);
    assertThat(threads).doesNotHaveDuplicates().hasSize(2);
    assertThat(threads)
        .allSatisfy(
            thread -> {
              assertThat(thread.isVirtual()).isFalse();
              assertThat(thread.isDaemon()).isTrue();
            });
    assertThat(threads)
        .extracting(Thread::getName)
        .containsExactlyInAnyOrder("river-job-spin-" + first, "river-job-spin-" + second);
    await()
        .atMost(RiverDatabase.PATIENCE)
        .untilAsserted(() -> assertThat(threads).noneMatch(Thread::isAlive));
  }

  @Test
  void areInterruptedByAStopAsOthersAre() {
    RiverClient client = start(QueueConfig.builder().maxWorkers(1).platformThreads());
    long id = spin(client, 1).getFirst();

    client.stopAndCancel();

    assertThat(river.awaitState(id, RiverJobState.available).getAttempt()).isZero();
  }

  @Test
  void areToldOfWhenVirtualOnesCannotBegin() {
    log.expectWarnings();
    RiverClient client = start(QueueConfig.builder().maxWorkers(PROCESSORS));
    List<Long> ids = spin(client, PROCESSORS);

    long other = client.insert(new TestArgs("whale")).id();

    await()
        .atMost(RiverDatabase.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(log.warnings())
                    .singleElement()
                    .asString()
                    .contains(
                        "1 claimed jobs have not begun for 5 s",
                        PROCESSORS + " jobs run on virtual threads",
                        "[spin]",
                        PROCESSORS + " processors",
                        "platformThreads()"));
    released.set(true);
    ids.forEach(id -> river.awaitState(id, RiverJobState.completed));
    river.awaitState(other, RiverJobState.completed);
  }

  private RiverClient start(QueueConfig.Builder config) {
    Workers workers =
        new Workers()
            .add(TestArgs.class, (job, context) -> WorkResult.completed())
            .add(SpinArgs.class, (job, context) -> spinUntilReleased());
    return river.started(
        RiverClient.builder(river.dataSource())
            .workers(workers)
            .queue("spin", config.build())
            .queue("default", 1));
  }

  private WorkResult spinUntilReleased() throws InterruptedException {
    assertThat(USER.get()).isNull();
    threads.add(Thread.currentThread());
    spinning.incrementAndGet();
    long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (!released.get() && System.nanoTime() < end && !Thread.currentThread().isInterrupted()) {
      Thread.onSpinWait();
    }
    if (Thread.interrupted()) {
      throw new InterruptedException("stopped");
    }
    return WorkResult.completed();
  }

  private List<Long> spin(RiverClient client, int count) {
    List<Long> ids =
        IntStream.range(0, count)
            .mapToObj(number -> client.insert(new SpinArgs(number), inSpin()).id())
            .toList();
    await()
        .atMost(RiverDatabase.PATIENCE)
        .untilAsserted(() -> assertThat(spinning).hasValue(count));
    return ids;
  }

  private static InsertOpts inSpin() {
    return InsertOpts.builder().queue("spin").build();
  }
}
