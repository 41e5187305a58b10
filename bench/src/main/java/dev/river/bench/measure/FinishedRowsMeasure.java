package dev.river.bench.measure;

import dev.river.bench.client.Insertion;
import dev.river.bench.client.JobClient;
import dev.river.bench.postgres.BenchDatabase;
import dev.river.bench.report.Findings;
import dev.river.bench.report.Metric;
import dev.river.bench.report.Topic;
import dev.river.bench.report.Unit;
import dev.river.bench.system.JobTable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether the jobs that are done and kept make those slower that are to be worked. */
public final class FinishedRowsMeasure implements Measure {

  /** The columns for a number of rows. */
  private record Size(int rows, Metric single, Metric batch, Metric drain) {
    static Size of(int rows) {
      String title = rows == 0 ? "empty table" : "%,d rows".formatted(rows);
      return new Size(
          rows,
          new Metric("single-" + rows, title + ": single inserts", Unit.PER_SECOND),
          new Metric("batch-" + rows, title + ": inserts in batches", Unit.PER_SECOND),
          new Metric("drain-" + rows, title + ": worked", Unit.PER_SECOND));
    }

    Stream<Metric> metrics() {
      return Stream.of(single, batch, drain);
    }
  }

  private final List<Size> sizes;

  /**
   * Creates it.
   *
   * @param rows how many rows there are, in rising order, after the measures in an empty table
   */
  public FinishedRowsMeasure(List<Integer> rows) {
    this.sizes = Stream.concat(Stream.of(0), rows.stream()).map(Size::of).toList();
  }

  @Override
  public Topic topic() {
    return new Topic(
        "finished-rows",
        "With rows of jobs that are done",
        sizes.stream().flatMap(Size::metrics).toList());
  }

  @Override
  public void run(Trial trial, Findings findings) {
    Optional<JobTable> table = trial.system().table();
    if (table.isEmpty()) {
      topic().metrics().forEach(metric -> findings.missing(metric, "keeps no jobs that are done"));
      return;
    }
    try (BenchDatabase database = trial.database();
        JobClient client = trial.open(database)) {
      Drain drain = new Drain(trial.system(), database, List.of(client));
      boolean all = drain.warmUp(trial.scale()).all();
      Copies copies = new Copies(database, table.get());
      for (Size size : sizes) {
        if (all) {
          copies.growTo(size.rows());
          database.vacuum();
          database.checkpoint();
          all = measure(drain, trial.scale(), size, findings);
        } else { // copies of them would be work
          size.metrics().forEach(metric -> findings.missing(metric, "jobs before were not done"));
        }
      }
    }
  }

  /** {@return whether all of its jobs are done} */
  private static boolean measure(Drain drain, Scale scale, Size size, Findings findings) {
    Duration limit = scale.millis(500, 500, 10_000);
    var single = drain.insert(Insertion.Way.SINGLE, scale.of(50, 1_000, 10_000), limit);
    var batch = drain.insert(Insertion.Way.BATCH, scale.of(200, 10_000, 100_000), limit);
    int jobs = Math.toIntExact(single.count() + batch.count());
    Worked worked = drain.work(drain.nothing(), jobs, scale.millis(10_000, 2_000, 60_000));
    findings.found(size.single(), single.rate());
    findings.found(size.batch(), batch.rate());
    findings.found(size.drain(), worked.rate());
    return worked.all();
  }
}
