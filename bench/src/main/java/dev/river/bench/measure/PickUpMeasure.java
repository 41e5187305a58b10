package dev.river.bench.measure;

import dev.river.bench.client.Insertion;
import dev.river.bench.client.JobClient;
import dev.river.bench.client.Load;
import dev.river.bench.client.Work;
import dev.river.bench.postgres.BenchDatabase;
import dev.river.bench.postgres.Waiting;
import dev.river.bench.report.Findings;
import dev.river.bench.report.Topic;
import dev.river.bench.system.Ability;
import dev.river.bench.system.ClientOptions;
import dev.river.bench.system.JobSystem;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** How long a job waits that nothing stands in the way of, from its commit to its start. */
public final class PickUpMeasure implements Measure {
  private static final int JOBS_A_SECOND = 300;
  private static final int WORKERS = 50;
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(80);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Latencies.Metrics IDLE = Latencies.Metrics.of("idle", "idle");
  private static final Latencies.Metrics SAME =
      Latencies.Metrics.of("same", "idle, same client inserts");
  private static final Latencies.Metrics LOADED = Latencies.Metrics.of("300", "300 jobs/s");
  private static final Topic TOPIC =
      new Topic(
          "pickup",
          "From commit to start",
          Stream.of(IDLE, SAME, LOADED).flatMap(metrics -> metrics.all().stream()).toList());

  /** Creates it. */
  public PickUpMeasure() {}

  @Override
  public Topic topic() {
    return TOPIC;
  }

  @Override
  public void run(Trial trial, Findings findings) {
    Optional<String> lack = trial.system().lack(Ability.PICKS_UP);
    if (lack.isPresent()) {
      List.of(IDLE, SAME, LOADED).forEach(each -> each.missing(lack.get(), findings));
      return;
    }
    try (BenchDatabase database = trial.database();
        JobClient worker = open(trial.system(), database);
        JobClient inserter = open(trial.system(), database)) {
      Scale scale = trial.scale();
      int most = scale.of(20, 200, 2_000);
      worker.start(new Work(WORKERS, new Work.Nothing(), 0, 4 * most + jobs(scale)));
      Idle idle = new Idle(worker, scale.millis(500, 1_000, 60_000));
      idle.run(inserter, 3L * most, most / 5); // so that all code has run before
      IDLE.found(idle.run(inserter, 0, most), findings);
      SAME.found(idle.run(worker, most, most), findings);
      LOADED.found(loaded(worker, inserter, load(scale, 4L * most)), findings);
    }
  }

  private static JobClient open(JobSystem system, BenchDatabase database) {
    return system.open(
        database.url(), ClientOptions.of(system.histories().getFirst()).withInserters(8));
  }

  private static Load load(Scale scale, long first) {
    return Load.oneByOne(first, JOBS_A_SECOND, scale.millis(300, 1_000, 30_000));
  }

  private static int jobs(Scale scale) {
    return load(scale, 0).jobs();
  }

  private static Latencies loaded(JobClient worker, JobClient inserter, Load load) {
    long startedBefore = worker.started();
    Commits commits = new Commits(load.first(), inserter.offer(load));
    long expected = startedBefore + commits.count();
    Waiting.until(() -> worker.started() >= expected, PATIENCE);
    return commits.latencies(worker.startTimes(), System.nanoTime());
  }

  /** One job at a time, with pauses. */
  private record Idle(JobClient worker, Duration limit) {
    Latencies run(JobClient inserter, long first, int most) {
      Latencies latencies = new Latencies();
      long deadline = System.nanoTime() + limit.toNanos();
      for (long number = first; number < first + most; number++) {
        Duration wait = waitOf(inserter, number);
        latencies.add(wait);
        if (System.nanoTime() - deadline >= 0) {
          break;
        }
        pause(wait);
      }
      return latencies;
    }

    private Duration waitOf(JobClient inserter, long number) {
      long committed =
          inserter.insert(new Insertion(Insertion.Way.SINGLE, number, 1, 1, PATIENCE)).endedAt();
      Waiting.until(() -> worker.startedAt(number).isPresent(), "a job begins");
      long began = worker.startedAt(number).orElseThrow();
      return Duration.ofNanos(began - committed);
    }

    /** Long enough after a long wait that what polls is not met at the same moment every time. */
    private static void pause(Duration wait) {
      long longest = Math.max(LONGEST_PAUSE.toNanos(), wait.toNanos());
      long nanos = ThreadLocalRandom.current().nextLong(SHORTEST_PAUSE.toNanos(), longest);
      long end = System.nanoTime() + nanos;
      while (System.nanoTime() - end < 0) {
        LockSupport.parkNanos(end - System.nanoTime());
      }
    }
  }
}
