package dev.river.bench.measure;

import dev.river.bench.client.JobClient;
import dev.river.bench.client.Load;
import dev.river.bench.client.Work;
import dev.river.bench.postgres.BenchDatabase;
import dev.river.bench.postgres.Waiting;
import dev.river.bench.report.Findings;
import dev.river.bench.report.Metric;
import dev.river.bench.report.Series;
import dev.river.bench.report.Topic;
import dev.river.bench.report.Unit;
import dev.river.bench.system.Ability;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How long jobs wait that arrive at a steady rate, in batches every ten milliseconds, from one
 * client to another.
 */
public final class LoadMeasure implements Measure {
  private static final int INSERTERS = 8;

  private final int jobsPerSecond;
  private final Latencies.Metrics latency = Latencies.Metrics.of("latency", "waits");
  private final Metric inserted = new Metric("inserted", "inserted", Unit.PER_SECOND);
  private final Metric growth = new Metric("growth", "backlog grows by", Unit.GROWTH);

  /**
   * Creates it.
   *
   * @param jobsPerSecond the rate
   */
  public LoadMeasure(int jobsPerSecond) {
    this.jobsPerSecond = jobsPerSecond;
  }

  @Override
  public Topic topic() {
    List<Metric> metrics = new ArrayList<>(latency.all());
    metrics.add(inserted);
    metrics.add(growth);
    return new Topic(
        "load-" + jobsPerSecond,
        String.format(Locale.ROOT, "%,d jobs a second", jobsPerSecond),
        metrics);
  }

  @Override
  public void run(Trial trial, Findings findings) {
    Optional<String> lack = trial.system().lack(Ability.PICKS_UP);
    if (lack.isPresent()) {
      topic().metrics().forEach(metric -> findings.missing(metric, lack.get()));
      return;
    }
    try (BenchDatabase database = trial.database();
        JobClient worker = trial.open(database);
        JobClient inserter =
            trial.system().open(database.url(), trial.options().withInserters(INSERTERS))) {
      Scale scale = trial.scale();
      new Drain(trial.system(), database, List.of(worker)).warmUp(scale);
      database.checkpoint();
      Load load = Load.inBatches(0, jobsPerSecond, scale.millis(500, 1_000, 30_000));
      worker.start(work(trial, load.jobs()));
      measure(worker, inserter, load, findings);
      worker.stop();
    }
  }

  private static Work work(Trial trial, int noted) {
    return new Work(trial.system().bestWorkers(), new Work.Nothing(), 0, noted);
  }

  private void measure(JobClient worker, JobClient inserter, Load load, Findings findings) {
    long beganAt = System.nanoTime();
    Commits commits = new Commits(0, inserter.offer(load));
    long endedAt = System.nanoTime();
    Waiting.until(() -> worker.started() >= commits.count(), load.length());
    long[] starts = worker.startTimes();
    latency.found(commits.latencies(starts, System.nanoTime()), findings);
    findings.found(inserted, commits.count() / seconds(endedAt - beganAt));
    Backlog backlog = new Backlog(commits, starts);
    // its first quarter is the time in which a backlog finds its size
    long quarter = beganAt + (endedAt - beganAt) / 4;
    findings.found(growth, backlog.growth(quarter, endedAt));
    findings.found(
        new Series(
            String.format(Locale.ROOT, "backlog at %,d jobs/s", jobsPerSecond),
            backlog.course(beganAt, endedAt)));
  }

  private static double seconds(long nanos) {
    return nanos / 1e9;
  }
}
