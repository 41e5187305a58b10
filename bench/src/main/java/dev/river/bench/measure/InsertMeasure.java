package dev.river.bench.measure;

import dev.river.bench.client.Insertion;
import dev.river.bench.client.JobClient;
import dev.river.bench.postgres.BenchDatabase;
import dev.river.bench.report.Findings;
import dev.river.bench.report.Metric;
import dev.river.bench.report.Topic;
import dev.river.bench.report.Unit;
import dev.river.bench.system.Ability;
import dev.river.bench.system.JobTable;
import java.time.Duration;
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
  private static final Metric LEFT = new Metric("copy-left", "one COPY of psql's", Unit.RATIO);
  private static final Topic TOPIC =
      new Topic("insert", "Inserting", List.of(SINGLE, SINGLE_16, BATCH, COPY, FLOOR, PSQL, LEFT));

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
    int many = scale.of(2_000, 20_000, 500_000);
    Duration limit = scale.millis(2_000, 400, 15_000);
    try (BenchDatabase database = trial.database();
        JobClient client = open(trial, database)) {
      InsertRun run = new InsertRun(database, client);
      var single = new Insertion(Insertion.Way.SINGLE, 0, singles, 1, limit);
      var single16 = new Insertion(Insertion.Way.SINGLE, 2L * singles, 4 * singles, THREADS, limit);
      var batch = new Insertion(Insertion.Way.BATCH, 10L * singles, many, 1, limit);
      findings.found(SINGLE, run.run(single).rate());
      findings.found(SINGLE_16, run.run(single16).rate());
      findings.found(BATCH, run.run(batch).rate());
    }
    copy(trial, new Insertion(Insertion.Way.COPY, 0, many, 1, limit), findings);
  }

  private static JobClient open(Trial trial, BenchDatabase database) {
    return trial.system().open(database.url(), trial.options().withInserters(THREADS));
  }

  private static void copy(Trial trial, Insertion insertion, Findings findings) {
    Optional<String> lack = trial.system().lack(Ability.COPIES);
    if (lack.isPresent()) {
      List.of(COPY, FLOOR, PSQL, LEFT).forEach(metric -> findings.missing(metric, lack.get()));
      return;
    }
    try (BenchDatabase database = trial.database()) {
      double rate;
      try (JobClient client = trial.open(database)) {
        rate = new InsertRun(database, client).run(insertion).rate();
      }
      findings.found(COPY, rate);
      JobTable table = trial.system().table().orElseThrow();
      try (CopyFloor floor = CopyFloor.of(database, table.qualified(), insertion.count())) {
        findings.found(FLOOR, floor.rate());
        psql(floor.psqlRate(), rate, findings);
      }
    }
  }

  private static void psql(Optional<Double> psql, double ours, Findings findings) {
    if (psql.isPresent()) {
      findings.found(PSQL, psql.get());
      findings.found(LEFT, ours / psql.get());
    } else {
      List.of(PSQL, LEFT).forEach(metric -> findings.missing(metric, "psql is not installed"));
    }
  }
}
