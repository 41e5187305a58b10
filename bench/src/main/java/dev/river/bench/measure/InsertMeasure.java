package dev.river.bench.measure;

import dev.river.bench.client.Insertion;
import dev.river.bench.postgres.BenchDatabase;
import dev.river.bench.report.Findings;
import dev.river.bench.report.Metric;
import dev.river.bench.report.Topic;
import dev.river.bench.report.Unit;
import dev.river.bench.system.Ability;
import dev.river.bench.system.JobTable;
import java.util.List;
import java.util.Optional;

/** How fast jobs are inserted while nobody works any. */
public final class InsertMeasure implements Measure {
  private static final int THREADS = 16;

  private static final Metric SINGLE = new Metric("single-1", "single, 1 thread", Unit.PER_SECOND);
  private static final Metric SINGLE_16 =
      new Metric("single-16", "single, 16 threads", Unit.PER_SECOND);
  private static final Metric BATCH =
      new Metric("batch", "batches of 1,000, 1 thread", Unit.PER_SECOND);
  private static final Metric COPY = new Metric("copy", "one COPY", Unit.PER_SECOND);
  private static final Metric FLOOR =
      new Metric("copy-floor", "the same rows, COPY from a file", Unit.PER_SECOND);
  private static final Metric PSQL = new Metric("psql", "the same by psql", Unit.PER_SECOND);
  private static final Topic TOPIC =
      new Topic("insert", "Inserting", List.of(SINGLE, SINGLE_16, BATCH, COPY, FLOOR, PSQL));

  /** Creates it. */
  public InsertMeasure() {}

  @Override
  public Topic topic() {
    return TOPIC;
  }

  @Override
  public void run(Trial trial, Findings findings) {
    Scale scale = trial.scale();
    int singles = scale.of(50, 3_000, 20_000);
    int many = scale.of(2_000, 50_000, 500_000);
    findings.found(SINGLE, rate(trial, insertion(Insertion.Way.SINGLE, singles, scale)));
    findings.found(
        SINGLE_16, rate(trial, insertion(Insertion.Way.SINGLE, 4 * singles, scale, THREADS)));
    findings.found(BATCH, rate(trial, insertion(Insertion.Way.BATCH, many, scale)));
    copy(trial, insertion(Insertion.Way.COPY, many, scale), findings);
  }

  private static Insertion insertion(Insertion.Way way, int count, Scale scale) {
    return insertion(way, count, scale, 1);
  }

  private static Insertion insertion(Insertion.Way way, int count, Scale scale, int threads) {
    return new Insertion(way, 0, count, threads, scale.millis(2_000, 400, 15_000));
  }

  private static double rate(Trial trial, Insertion insertion) {
    try (BenchDatabase database = trial.database()) {
      return InsertRun.of(trial, database).run(insertion).rate();
    }
  }

  private static void copy(Trial trial, Insertion insertion, Findings findings) {
    Optional<String> lack = trial.system().lack(Ability.COPIES);
    if (lack.isPresent()) {
      List.of(COPY, FLOOR, PSQL).forEach(metric -> findings.missing(metric, lack.get()));
      return;
    }
    try (BenchDatabase database = trial.database()) {
      findings.found(COPY, InsertRun.of(trial, database).run(insertion).rate());
      JobTable table = trial.system().table().orElseThrow();
      try (CopyFloor floor = CopyFloor.of(database, table.qualified(), insertion.count())) {
        findings.found(FLOOR, floor.rate());
        floor
            .psqlRate()
            .ifPresentOrElse(
                rate -> findings.found(PSQL, rate),
                () -> findings.missing(PSQL, "psql is not installed"));
      }
    }
  }
}
