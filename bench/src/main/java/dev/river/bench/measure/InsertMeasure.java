package dev.river.bench.measure;

import dev.river.bench.client.Insertion;
import dev.river.bench.client.JobClient;
import dev.river.bench.postgres.BenchDatabase;
import dev.river.bench.report.Findings;
import dev.river.bench.report.Metric;
import dev.river.bench.report.Topic;
import dev.river.bench.report.Unit;
import dev.river.bench.system.Ability;
import dev.river.bench.system.ClientOptions;
import java.time.Duration;
import java.util.List;

/** How fast jobs are inserted while nobody works any. */
public final class InsertMeasure implements Measure {
  private static final int THREADS = 16;

  private static final Metric SINGLE = new Metric("single-1", "single, 1 thread", Unit.PER_SECOND);
  private static final Metric SINGLE_16 =
      new Metric("single-16", "single, 16 threads", Unit.PER_SECOND);
  private static final Metric BATCH =
      new Metric("batch", "batches of 1,000, 1 thread", Unit.PER_SECOND);
  private static final Metric COPY = new Metric("copy", "one COPY", Unit.PER_SECOND);
  private static final Topic TOPIC =
      new Topic("insert", "Inserting", List.of(SINGLE, SINGLE_16, BATCH, COPY));

  /** Creates it. */
  public InsertMeasure() {}

  @Override
  public Topic topic() {
    return TOPIC;
  }

  @Override
  public void run(Trial trial, Findings findings) {
    Scale scale = trial.scale();
    Duration limit = scale.millis(2_000, 1_000, 15_000);
    int singles = scale.of(50, 3_000, 20_000);
    measure(trial, findings, SINGLE, new Insertion(Insertion.Way.SINGLE, 0, singles, 1, limit));
    measure(
        trial,
        findings,
        SINGLE_16,
        new Insertion(Insertion.Way.SINGLE, 0, 4 * singles, THREADS, limit));
    measure(
        trial,
        findings,
        BATCH,
        new Insertion(Insertion.Way.BATCH, 0, scale.of(2_000, 50_000, 500_000), 1, limit));
    measure(
        trial,
        findings,
        COPY,
        new Insertion(Insertion.Way.COPY, 0, scale.of(1_000, 50_000, 500_000), 1, limit));
  }

  private static void measure(Trial trial, Findings findings, Metric metric, Insertion insertion) {
    Ability needed =
        switch (insertion.way()) {
          case SINGLE -> Ability.SINGLE_INSERTS;
          case BATCH -> Ability.BATCHES;
          case COPY -> Ability.COPIES;
        };
    trial
        .system()
        .lack(needed)
        .ifPresentOrElse(
            reason -> findings.missing(metric, reason),
            () -> findings.found(metric, rate(trial, insertion)));
  }

  private static double rate(Trial trial, Insertion insertion) {
    ClientOptions options =
        ClientOptions.of(trial.system().histories().getFirst()).withInserters(insertion.threads());
    try (BenchDatabase database = trial.database();
        JobClient client = trial.system().open(database.url(), options)) {
      client.insert(warmUp(insertion, trial.scale()));
      database.vacuum();
      database.checkpoint();
      return client.insert(insertion).rate();
    }
  }

  /** A tenth of it, with numbers after those that count. */
  private static Insertion warmUp(Insertion insertion, Scale scale) {
    return new Insertion(
        insertion.way(),
        insertion.first() + insertion.count(),
        insertion.count() / 10,
        insertion.threads(),
        scale.millis(100, 300, 2_000));
  }
}
