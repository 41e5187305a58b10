package dev.river.bench.measure;

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
import java.util.stream.Stream;

/** How long a job waits that nothing stands in the way of, from its commit to its start. */
public final class PickUpMeasure implements Measure {
  private static final int JOBS_A_SECOND = 300;
  private static final int WORKERS = 50;
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
      Duration limit = scale.millis(500, 700, 60_000);
      oneByOne(new OneByOne(inserter, worker, limit), 3L * most, most / 5); // to warm up
      IDLE.found(oneByOne(new OneByOne(inserter, worker, limit), 0, most), findings);
      SAME.found(oneByOne(new OneByOne(worker, worker, limit), most, most), findings);
      LOADED.found(loaded(worker, inserter, load(scale, 4L * most)), findings);
    }
  }

  private static JobClient open(JobSystem system, BenchDatabase database) {
    return system.open(
        database.url(), ClientOptions.of(system.histories().getFirst()).withInserters(8));
  }

  private static Latencies oneByOne(OneByOne jobs, long first, int most) {
    return jobs.run(first, most)
        .orElseThrow(() -> new IllegalStateException("a job did not begin in time"));
  }

  private static Load load(Scale scale, long first) {
    return Load.oneByOne(first, JOBS_A_SECOND, scale.millis(300, 700, 30_000));
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
}
