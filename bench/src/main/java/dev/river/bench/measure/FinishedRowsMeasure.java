package dev.river.bench.measure;

import dev.river.bench.client.Inserted;
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
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether the jobs that are done and kept make those slower that are to be worked. */
public final class FinishedRowsMeasure implements Measure {

  /** The columns for a number of rows. */
  private record Size(int rows, Metric single, Metric batch, Metric drain) {
    static Size of(int rows) {
      return new Size(
          rows,
          metric(rows, "single", "single inserts"),
          metric(rows, "batch", "inserts in batches"),
          metric(rows, "drain", "worked"));
    }

    private static Metric metric(int rows, String id, String title) {
      String table = rows == 0 ? "empty table" : String.format(Locale.ROOT, "%,d rows", rows);
      return new Metric("%s-%s".formatted(id, rows), table + ": " + title, Unit.PER_SECOND);
    }

    Stream<Metric> rates() {
      return Stream.of(single, batch, drain);
    }

    /** {@return what a rate is of that in an empty table} */
    static Metric left(Metric rate) {
      return new Metric(rate.id() + "-left", rate.title() + ", to empty", Unit.RATIO);
    }

    Stream<Metric> metrics() {
      return rows == 0 ? rates() : rates().flatMap(rate -> Stream.of(rate, left(rate)));
    }
  }

  /**
   * What was found with a number of rows.
   *
   * @param single the rate of single inserts
   * @param batch that of inserts in batches
   * @param worked what was worked
   */
  private record Rates(double single, double batch, Worked worked) {
    void note(Size size, Findings findings) {
      findings.found(size.single(), single);
      findings.found(size.batch(), batch);
      findings.found(size.drain(), worked.rate());
    }

    void noteLeft(Size size, Rates empty, Findings findings) {
      findings.found(Size.left(size.single()), single / empty.single);
      findings.found(Size.left(size.batch()), batch / empty.batch);
      findings.found(Size.left(size.drain()), worked.rate() / empty.worked.rate());
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
      drain.warmUp(trial.scale());
      run(trial.scale(), new Copies(database, table.get()), drain, findings);
    }
  }

  private void run(Scale scale, Copies copies, Drain drain, Findings findings) {
    copies.settle();
    Rates empty = rates(drain, scale);
    empty.note(sizes.getFirst(), findings);
    Rates before = empty;
    for (Size size : sizes.subList(1, sizes.size())) {
      if (before.worked().all()) {
        copies.growTo(size.rows());
        copies.settle();
        before = rates(drain, scale);
        before.note(size, findings);
        before.noteLeft(size, empty, findings);
      } else { // copies of what is not done would be work
        size.metrics().forEach(metric -> findings.missing(metric, "jobs before were not done"));
      }
    }
  }

  private static Rates rates(Drain drain, Scale scale) {
    Duration limit = scale.millis(500, 300, 10_000);
    Inserted single = drain.insert(Insertion.Way.SINGLE, scale.of(50, 500, 10_000), limit);
    Inserted batch = drain.insert(Insertion.Way.BATCH, scale.of(200, 5_000, 100_000), limit);
    int jobs = Math.toIntExact(single.count() + batch.count());
    Worked worked = drain.work(drain.nothing(), jobs, scale.millis(10_000, 1_500, 120_000));
    return new Rates(single.rate(), batch.rate(), worked);
  }
}
