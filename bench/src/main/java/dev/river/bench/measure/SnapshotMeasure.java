package dev.river.bench.measure;

import dev.river.bench.client.JobClient;
import dev.river.bench.postgres.BenchDatabase;
import dev.river.bench.postgres.HeldSnapshot;
import dev.river.bench.postgres.Waiting;
import dev.river.bench.report.Findings;
import dev.river.bench.report.Metric;
import dev.river.bench.report.Series;
import dev.river.bench.report.Topic;
import dev.river.bench.report.Unit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How fast jobs are worked while another session holds a snapshot, so that no dead row can be
 * removed: again and again some are inserted and worked by a client that runs all the time. Both
 * are timed. Whoever works more leaves more dead rows.
 */
public final class SnapshotMeasure implements Measure {
  private static final Metric BEFORE = new Metric("before", "before", Unit.PER_SECOND);
  private static final Metric LAST = new Metric("last", "in the last fifth", Unit.PER_SECOND);
  private static final Metric LEFT = new Metric("left", "of what it was", Unit.RATIO);
  private static final Metric WORKED = new Metric("worked", "jobs worked meanwhile", Unit.COUNT);

  private final Duration held;

  /**
   * Creates it.
   *
   * @param held for how long the snapshot is held
   */
  public SnapshotMeasure(Duration held) {
    this.held = held;
  }

  @Override
  public Topic topic() {
    return new Topic(
        "snapshot",
        "Jobs that do nothing, while a snapshot is held for %s s".formatted(held.toSeconds()),
        List.of(BEFORE, LAST, LEFT, WORKED));
  }

  @Override
  public void run(Trial trial, Findings findings) {
    try (BenchDatabase database = trial.database();
        JobClient client = trial.open(database)) {
      Cycles cycles =
          new Cycles(new Drain(trial.system(), database, List.of(client)), client, trial.scale());
      cycles.warmUp();
      database.vacuum();
      double before = rate(cycles.run(trial.scale().millis(0, 300, 30_000)));
      List<Worked> during;
      try (HeldSnapshot snapshot = HeldSnapshot.in(database)) {
        during = cycles.run(held);
        snapshot.check();
      }
      note(before, during, findings);
    }
  }

  private static void note(double before, List<Worked> during, Findings findings) {
    double last = rate(during.subList(during.size() * 4 / 5, during.size()));
    findings.found(BEFORE, before);
    findings.found(LAST, last);
    findings.found(LEFT, last / before);
    findings.found(WORKED, (double) during.stream().mapToLong(Worked::jobs).sum());
    findings.found(
        new Series(
            "jobs/s while the snapshot is held", during.stream().map(Worked::rate).toList()));
  }

  /** {@return the rate of several together} */
  private static double rate(List<Worked> cycles) {
    double seconds = cycles.stream().mapToDouble(worked -> worked.time().toNanos() / 1e9).sum();
    return cycles.stream().mapToLong(Worked::jobs).sum() / seconds;
  }

  /** Some jobs, and some more, while the client works: nobody looks into the table meanwhile. */
  private record Cycles(Drain drain, JobClient client, Scale scale) {

    void warmUp() {
      drain.warmUp(scale);
    }

    /** {@return the cycles until a time is over, but at least one} */
    List<Worked> run(Duration length) {
      long deadline = System.nanoTime() + length.toNanos();
      List<Worked> cycles = new ArrayList<>();
      client.start(drain.nothing());
      do {
        cycles.add(cycle());
      } while (System.nanoTime() - deadline < 0);
      client.stop();
      return cycles;
    }

    private Worked cycle() {
      long before = client.started();
      long beganAt = System.nanoTime();
      int jobs = drain.fill(scale.of(200, 3_000, 20_000), scale.millis(500, 300, 3_000));
      boolean all =
          Waiting.until(() -> client.started() - before >= jobs, scale.millis(7_000, 700, 15_000));
      Duration time = Duration.ofNanos(System.nanoTime() - beganAt);
      return new Worked(client.started() - before, time, all);
    }
  }
}
