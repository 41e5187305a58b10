package dev.river.bench.measure;

import dev.river.bench.postgres.BenchDatabase;
import dev.river.bench.postgres.ServerLoad;
import dev.river.bench.postgres.Waiting;
import dev.river.bench.report.Findings;
import dev.river.bench.report.Metric;
import dev.river.bench.report.Topic;
import dev.river.bench.report.Unit;
import dev.river.bench.system.Fleet;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What clients cost the server that have nothing to do but to know of each other. */
public final class FleetMeasure implements Measure {
  private static final List<Integer> CLIENTS = List.of(1, 20, 200);

  /** More of them take minutes to start and to end. */
  private static final int MOST_IN_SHORT = 20;

  /** Creates it. */
  public FleetMeasure() {}

  @Override
  public Topic topic() {
    return new Topic(
        "fleet",
        "Clients that have nothing to do",
        CLIENTS.stream().flatMap(clients -> Figures.of(clients).all()).toList());
  }

  /** What is found of so many clients. */
  private record Figures(Metric commits, Metric rows, Metric cpu) {
    static Figures of(int clients) {
      String who = clients == 1 ? "1 client" : clients + " clients";
      return new Figures(
          new Metric("commits-" + clients, who + ": commits", Unit.GROWTH),
          new Metric("rows-" + clients, "rows read", Unit.GROWTH),
          new Metric("cpu-" + clients, "CPU of the server in a second", Unit.MILLIS));
    }

    Stream<Metric> all() {
      return Stream.of(commits, rows, cpu);
    }

    void missing(String reason, Findings findings) {
      all().forEach(metric -> findings.missing(metric, reason));
    }

    void found(ServerLoad load, Findings findings) {
      findings.found(commits, load.commits());
      findings.found(rows, load.rowsRead());
      load.cpuMillis()
          .ifPresentOrElse(
              millis -> findings.found(cpu, millis),
              () -> findings.missing(cpu, "the server's processes can't be seen"));
    }
  }

  @Override
  public void run(Trial trial, Findings findings) {
    for (int clients : CLIENTS) {
      Figures figures = Figures.of(clients);
      if (trial.scale() != Scale.FULL && clients > MOST_IN_SHORT) {
        figures.missing("takes too long for a short run", findings);
        continue;
      }
      try (BenchDatabase database = trial.database()) {
        Optional<Fleet> fleet = trial.system().fleet(database.url(), clients);
        if (fleet.isEmpty()) {
          figures.missing("not measured", findings);
          continue;
        }
        try (Fleet idle = fleet.get()) {
          figures.found(load(trial.scale(), database, idle, clients), findings);
        }
      }
    }
  }

  private static ServerLoad load(Scale scale, BenchDatabase database, Fleet fleet, int clients) {
    Waiting.until(fleet::isComplete, clients + " clients know of each other");
    Waiting.pass(scale.millis(100, 2_000, 60_000)); // what is done at the start only
    database.sql().execute("SELECT 1"); // connects
    ServerLoad.Counters before = ServerLoad.Counters.read(database.sql());
    Duration time = scale.millis(1_500, 5_000, 120_000);
    Waiting.pass(time);
    return ServerLoad.Counters.read(database.sql()).since(before, time);
  }
}
