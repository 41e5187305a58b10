package dev.river.bench.measure;

import dev.river.bench.client.Insertion;
import dev.river.bench.client.JobClient;
import dev.river.bench.client.Work;
import dev.river.bench.postgres.BenchDatabase;
import dev.river.bench.postgres.Waiting;
import dev.river.bench.report.Findings;
import dev.river.bench.report.Metric;
import dev.river.bench.report.Topic;
import dev.river.bench.report.Unit;
import dev.river.bench.system.Ability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a client needs for thousands of jobs at once, and whether it still finds new ones as soon as
 * before.
 */
public final class MemoryMeasure implements Measure {
  private static final int WORKERS = 10_000;
  private static final int FEW = 100;

  private static final Metric RUNNING = new Metric("running", "jobs that run", Unit.COUNT);
  private static final Metric HEAP = new Metric("heap", "heap of the client", Unit.MEGABYTES);
  private static final Metric EACH = new Metric("each", "heap a job", Unit.BYTES);
  private static final Latencies.Metrics BEFORE =
      Latencies.Metrics.of("before", "a job waits before");
  private static final Latencies.Metrics DURING = Latencies.Metrics.of("during", "while they run");

  /** Creates it. */
  public MemoryMeasure() {}

  @Override
  public Topic topic() {
    List<Metric> metrics = new ArrayList<>(List.of(RUNNING, HEAP, EACH));
    metrics.addAll(BEFORE.all());
    metrics.addAll(DURING.all());
    return new Topic("memory", "Thousands of jobs that block, in one process", metrics);
  }

  @Override
  public void run(Trial trial, Findings findings) {
    Optional<String> lack = trial.system().lack(Ability.PARALLEL_JOBS);
    if (lack.isPresent()) {
      topic().metrics().forEach(metric -> findings.missing(metric, lack.get()));
      return;
    }
    try (BenchDatabase database = trial.database();
        JobClient worker = trial.system().openProcess(database.url(), trial.options());
        JobClient inserter = trial.open(database)) {
      new Drain(trial.system(), database, List.of(worker)).warmUp(trial.scale());
      new Crowd(trial, worker, inserter).measure(findings);
    }
  }

  /** The jobs. A few come one by one before all the others, and as many after them. */
  private record Crowd(Trial trial, JobClient worker, JobClient inserter) {

    void measure(Findings findings) {
      long heapBefore = worker.heapInUse();
      worker.start(new Work(workers(), new Work.Block(), 0, workers()));
      oneByOne(0, BEFORE, findings);
      fill();
      long running = worker.started();
      long heap = worker.heapInUse();
      findings.found(RUNNING, (double) running);
      if (running < workers() - 2 * FEW) {
        missing("does not run as many at once in time", findings);
      } else {
        findings.found(HEAP, heap / 1e6);
        findings.found(EACH, (double) (heap - heapBefore) / running);
        oneByOne(workers() - FEW, DURING, findings);
      }
      worker.release();
    }

    /** What is found with few jobs can't be compared. */
    private static void missing(String reason, Findings findings) {
      List.of(HEAP, EACH).forEach(metric -> findings.missing(metric, reason));
      DURING.missing(reason, findings);
    }

    private int workers() {
      return trial.scale().of(WORKERS / 10, WORKERS / 10, WORKERS);
    }

    private void oneByOne(long first, Latencies.Metrics metrics, Findings findings) {
      Duration limit = trial.scale().millis(300, 500, 30_000);
      new OneByOne(inserter, worker, limit)
          .run(first, FEW)
          .ifPresentOrElse(
              latencies -> metrics.found(latencies, findings),
              () -> metrics.missing("a job did not begin", findings));
    }

    private void fill() {
      Duration limit = trial.scale().millis(3_000, 3_000, 60_000);
      int jobs = workers() - 2 * FEW;
      long before = worker.started();
      long inserted =
          inserter.insert(new Insertion(Insertion.Way.BATCH, FEW, jobs, 1, limit)).count();
      Waiting.until(() -> worker.started() >= before + inserted, limit);
    }
  }
}
