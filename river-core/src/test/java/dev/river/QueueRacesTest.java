package dev.river;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.river.error.QueueNotFoundException;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.LogWatch;
import dev.river.testing.NewJobs;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.QueueConfig;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many threads change the queues of a client that others start and stop. */
class QueueRacesTest {
  private static final List<String> QUEUES = List.of("a", "b", "c");
  private static final QueueConfig TWO = QueueConfig.builder().maxWorkers(2).build();
  private static final int STEPS = 150;

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final Map<Long, AtomicInteger> worked = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Long> inserted = new ConcurrentLinkedQueue<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void noJobIsLostOrWorkedTwiceWhateverHappensToItsQueue(long seed) throws Exception {
    RiverClient client = river.started(builder().pollOnly(seed == 3));
    List<Callable<Void>> parts = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Random random = new Random(seed * 100 + i);
      parts.add(() -> repeat(() -> changeAQueue(client, random)));
    }
    Random random = new Random(seed);
    parts.add(() -> repeat(() -> startOrStop(client, random)));
    parts.add(() -> repeat(() -> insert(random)));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Void> part : threads.invokeAll(parts)) {
        part.get(60, TimeUnit.SECONDS);
      }
    }

    workEverything(client);

    river.awaitAll(List.copyOf(inserted), RiverJobState.completed);
    client.stop();
    assertThat(river.dsl().fetchCount(RIVER_JOB, RIVER_JOB.ATTEMPT.ne(1))).isZero();
    assertThat(worked).hasSize(inserted.size());
    assertThat(worked.values()).allMatch(times -> times.get() == 1);
    assertThat(threadsOf(client)).isEmpty();
  }

  private RiverClientBuilder builder() {
    return RiverClient.builder(river.dataSource())
        .workers(
            new Workers()
                .add(
                    TestArgs.class,
                    (job, context) -> {
                      worked.computeIfAbsent(job.id(), id -> new AtomicInteger()).incrementAndGet();
                      return WorkResult.completed();
                    }))
        .queue("a", 2)
        .pollInterval(Duration.ofMillis(50));
  }

  private void changeAQueue(RiverClient client, Random random) throws InterruptedException {
    ClientQueues queues = client.queues();
    String queue = QUEUES.get(random.nextInt(QUEUES.size()));
    try {
      switch (random.nextInt(6)) {
        case 0 -> queues.add(queue, TWO);
        case 1 -> queues.remove(queue);
        case 2 -> queues.remove(queue, Duration.ofMillis(random.nextInt(3)));
        case 3 -> queues.pause(random.nextBoolean() ? queue : Queues.ALL);
        default -> queues.resume(random.nextBoolean() ? queue : Queues.ALL);
      }
    } catch (IllegalArgumentException | QueueNotFoundException e) {
      // another thread was first
    }
  }

  private static void startOrStop(RiverClient client, Random random) {
    if (random.nextInt(3) > 0) {
      client.start();
    } else {
      client.stop();
    }
  }

  private void insert(Random random) {
    inserted.add(river.insert(NewJobs.inQueue(QUEUES.get(random.nextInt(QUEUES.size())))));
  }

  private static void workEverything(RiverClient client) throws InterruptedException {
    for (String queue : QUEUES) {
      try {
        client.queues().remove(queue);
      } catch (QueueNotFoundException e) {
        // it is not worked, nor being removed
      }
      client.queues().add(queue, TWO);
    }
    client.queues().resume(Queues.ALL);
    client.start();
  }

  private static Void repeat(Step step) throws Exception {
    for (int i = 0; i < STEPS; i++) {
      step.run();
    }
    return null;
  }

  private static List<String> threadsOf(RiverClient client) {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("river-" + client.id() + "-"))
        .toList();
  }

  private interface Step {
    void run() throws Exception;
  }
}
