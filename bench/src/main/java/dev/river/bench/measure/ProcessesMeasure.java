package dev.river.bench.measure;

import dev.river.bench.client.JobClient;
import dev.river.bench.postgres.BenchDatabase;
import dev.river.bench.report.Findings;
import dev.river.bench.report.Metric;
import dev.river.bench.report.Topic;
import dev.river.bench.report.Unit;
import java.util.ArrayList;
import java.util.List;

/** How fast several processes work jobs together that were inserted before. */
public final class ProcessesMeasure implements Measure {
  private static final List<Integer> PROCESSES = List.of(1, 2, 4);

  /** Creates it. */
  public ProcessesMeasure() {}

  @Override
  public Topic topic() {
    return new Topic(
        "processes",
        "Jobs that do nothing, several processes",
        PROCESSES.stream().map(ProcessesMeasure::metric).toList());
  }

  private static Metric metric(int processes) {
    String title = processes == 1 ? "1 process" : processes + " processes";
    return new Metric("processes-" + processes, title, Unit.PER_SECOND);
  }

  @Override
  public void run(Trial trial, Findings findings) {
    List<JobClient> clients = new ArrayList<>();
    try (BenchDatabase database = trial.database()) {
      try {
        for (int i = 0; i < PROCESSES.getLast(); i++) {
          clients.add(trial.system().openProcess(database.url(), trial.options()));
        }
        Drain drain = new Drain(trial.system(), database, clients);
        warmUp(trial.scale(), drain, clients);
        for (int processes : PROCESSES) {
          Drain some = drain.with(clients.subList(0, processes));
          findings.found(metric(processes), rate(trial.scale(), database, some));
        }
      } finally {
        clients.forEach(JobClient::close);
      }
    }
  }

  /** Each alone, or all together where there is no time. */
  private static void warmUp(Scale scale, Drain drain, List<JobClient> clients) {
    if (scale == Scale.FULL) {
      clients.forEach(client -> drain.with(List.of(client)).warmUp(scale));
    } else {
      drain.warmUp(scale);
    }
  }

  private static double rate(Scale scale, BenchDatabase database, Drain drain) {
    int jobs = drain.fill(scale.of(300, 10_000, 200_000), scale.millis(1_000, 300, 30_000));
    database.vacuum();
    database.checkpoint();
    return drain.work(drain.nothing(), jobs, scale.millis(10_000, 700, 60_000)).rate();
  }
}
