package dev.river.bench.measure;

import dev.river.bench.client.JobClient;
import dev.river.bench.client.Work;
import dev.river.bench.postgres.BenchDatabase;
import dev.river.bench.report.Findings;
import dev.river.bench.report.Metric;
import dev.river.bench.report.Topic;
import dev.river.bench.report.Unit;
import dev.river.bench.system.Ability;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How many jobs a second are done that wait for something, as most do. */
public final class SleepMeasure implements Measure {
  /**
   * A column of the table.
   *
   * @param workers how many jobs run at once
   * @param time how long each sleeps
   * @param metric the column
   */
  private record Kind(int workers, Duration time, Metric metric) {
    static Kind of(int workers, int millis) {
      String title = String.format(Locale.ROOT, "%s ms, %,d workers", millis, workers);
      return new Kind(
          workers,
          Duration.ofMillis(millis),
          new Metric("%sms-%s".formatted(millis, workers), title, Unit.PER_SECOND));
    }

    /** {@return how many jobs a second can be done at best} */
    double limit() {
      return workers * 1e9 / time.toNanos();
    }
  }

  private static final List<Kind> KINDS =
      List.of(Kind.of(64, 1), Kind.of(1_000, 1), Kind.of(64, 50), Kind.of(1_000, 50));
  private static final int FASTEST = 50_000;
  private static final Topic TOPIC =
      new Topic("sleep", "Jobs that sleep", KINDS.stream().map(Kind::metric).toList());

  /** Creates it. */
  public SleepMeasure() {}

  @Override
  public Topic topic() {
    return TOPIC;
  }

  @Override
  public void run(Trial trial, Findings findings) {
    Optional<String> lack = trial.system().lack(Ability.PARALLEL_JOBS);
    if (lack.isPresent()) {
      KINDS.forEach(kind -> findings.missing(kind.metric(), lack.get()));
      return;
    }
    try (BenchDatabase database = trial.database();
        JobClient client = trial.open(database)) {
      Drain drain = new Drain(trial.system(), database, List.of(client));
      drain.warmUp(trial.scale());
      for (Kind kind : KINDS) {
        findings.found(kind.metric(), rate(trial.scale(), database, drain, kind));
      }
    }
  }

  private static double rate(Scale scale, BenchDatabase database, Drain drain, Kind kind) {
    Duration length = scale.millis(200, 200, 10_000);
    int jobs = (int) (Math.min(kind.limit(), FASTEST) * length.toMillis() / 1e3);
    int filled = drain.fill(jobs, length);
    database.vacuum();
    Work work = new Work(kind.workers(), new Work.Sleep(kind.time()), 0, 0);
    return drain.work(work, filled, length.plus(Duration.ofMillis(500))).rate();
  }
}
