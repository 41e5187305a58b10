package dev.river.bench.measure;

import dev.river.bench.client.Inserted;
import dev.river.bench.client.Insertion;
import dev.river.bench.client.JobClient;
import dev.river.bench.postgres.BenchDatabase;
import dev.river.bench.postgres.ListeningSession;
import dev.river.bench.report.Findings;
import dev.river.bench.report.Metric;
import dev.river.bench.report.Topic;
import dev.river.bench.report.Unit;
import dev.river.bench.system.Ability;
import dev.river.bench.system.ClientOptions;
import java.util.List;
import java.util.Optional;

/**
 * What it costs inserters that other processes are told of their jobs. PostgreSQL lets transactions
 * that notify commit one after the other.
 */
public final class WakeUpMeasure implements Measure {
  private static final int THREADS = 32;

  private static final Metric QUIET = new Metric("quiet", "nobody is told", Unit.PER_SECOND);
  private static final Metric TOLD = new Metric("told", "a session listens", Unit.PER_SECOND);
  private static final Metric LEFT = new Metric("left", "of it without", Unit.RATIO);
  private static final Metric HEARD = new Metric("heard", "notifications a job", Unit.EACH);
  private static final Topic TOPIC =
      new Topic(
          "wake-ups",
          "Inserting one by one with %s threads".formatted(THREADS),
          List.of(QUIET, TOLD, LEFT, HEARD));

  /** Creates it. */
  public WakeUpMeasure() {}

  @Override
  public Topic topic() {
    return TOPIC;
  }

  @Override
  public void run(Trial trial, Findings findings) {
    Optional<Double> quiet = quiet(trial, findings);
    Optional<String> channel = trial.system().channel();
    if (channel.isPresent()) {
      double told = told(trial, channel.get(), findings);
      quiet.ifPresentOrElse(
          rate -> findings.found(LEFT, told / rate),
          () -> findings.missing(LEFT, "can't insert without"));
    } else {
      String lack = trial.system().lack(Ability.WAKE_UPS).orElseThrow();
      List.of(TOLD, LEFT, HEARD).forEach(metric -> findings.missing(metric, lack));
    }
  }

  private static Optional<Double> quiet(Trial trial, Findings findings) {
    Optional<String> lack = trial.system().lack(Ability.QUIET_INSERTS);
    if (lack.isPresent()) {
      findings.missing(QUIET, lack.get());
      return Optional.empty();
    }
    ClientOptions options = trial.options().withInserters(THREADS).quietly();
    try (BenchDatabase database = trial.database();
        JobClient client = trial.system().open(database.url(), options)) {
      double rate = new InsertRun(database, client).run(insertion(trial.scale())).rate();
      findings.found(QUIET, rate);
      return Optional.of(rate);
    }
  }

  private static double told(Trial trial, String channel, Findings findings) {
    ClientOptions options = trial.options().withInserters(THREADS);
    try (BenchDatabase database = trial.database();
        ListeningSession session = ListeningSession.in(database, channel);
        JobClient client = trial.system().open(database.url(), options)) {
      Insertion insertion = insertion(trial.scale());
      new InsertRun(database, client).warmUp(insertion);
      long heardBefore = session.heard();
      Inserted inserted = client.insert(insertion);
      findings.found(TOLD, inserted.rate());
      findings.found(HEARD, (double) (session.heard() - heardBefore) / inserted.count());
      return inserted.rate();
    }
  }

  private static Insertion insertion(Scale scale) {
    int jobs = scale.of(320, 32_000, 320_000);
    return new Insertion(Insertion.Way.SINGLE, 0, jobs, THREADS, scale.millis(1_000, 500, 15_000));
  }
}
