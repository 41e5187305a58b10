package dev.river.bench.measure;

import dev.river.bench.client.JobClient;
import dev.river.bench.postgres.BenchDatabase;
import dev.river.bench.postgres.ServerWork;
import dev.river.bench.report.Findings;
import dev.river.bench.report.Metric;
import dev.river.bench.report.Topic;
import dev.river.bench.report.Unit;
import dev.river.bench.system.ClientOptions;
import dev.river.bench.system.History;
import dev.river.bench.system.JobSystem;
import java.time.Duration;
import java.util.List;

/** How fast one process works jobs that were inserted before, and what each of them costs. */
public final class DrainMeasure implements Measure {
  private static final Metric KEPT = new Metric("kept", "jobs kept when done", Unit.PER_SECOND);
  private static final Metric DELETED =
      new Metric("deleted", "jobs deleted when done", Unit.PER_SECOND);
  private static final Metric CLIENT_CPU =
      new Metric("client-cpu", "client CPU a job", Unit.MICROS);
  private static final Metric SERVER_CPU =
      new Metric("server-cpu", "server CPU a job", Unit.MICROS);
  private static final Metric COMMITS = new Metric("commits", "commits a job", Unit.EACH);
  private static final Metric WAL = new Metric("wal", "WAL a job", Unit.BYTES);
  private static final Metric DEAD = new Metric("dead", "dead rows a job", Unit.EACH);
  private static final Topic TOPIC =
      new Topic(
          "drain",
          "Jobs that do nothing, one process",
          List.of(KEPT, DELETED, CLIENT_CPU, SERVER_CPU, COMMITS, WAL, DEAD));

  /** Creates it. */
  public DrainMeasure() {}

  @Override
  public Topic topic() {
    return TOPIC;
  }

  @Override
  public void run(Trial trial, Findings findings) {
    List<History> histories = trial.system().histories();
    for (History history : History.values()) {
      Metric rate = history == History.KEPT ? KEPT : DELETED;
      if (histories.contains(history)) {
        Costs costs = drain(trial, history);
        findings.found(rate, costs.worked().rate());
        if (history == histories.getFirst()) {
          note(costs, findings);
        }
      } else {
        findings.missing(rate, history == History.KEPT ? "deletes its jobs" : "keeps its jobs");
      }
    }
  }

  /**
   * What a drain took.
   *
   * @param worked how many jobs, and how long
   * @param server what the server has done for them
   * @param clientCpu how long the client has computed
   */
  private record Costs(Worked worked, ServerWork server, Duration clientCpu) {
    double each(double amount) {
      return amount / worked.jobs();
    }
  }

  private static Costs drain(Trial trial, History history) {
    JobSystem system = trial.system();
    try (BenchDatabase database = trial.database();
        JobClient client = system.open(database.url(), ClientOptions.of(history))) {
      Scale scale = trial.scale();
      Drain drain = new Drain(system, database, List.of(client));
      drain.warmUp(scale);
      database.checkpoint();
      int jobs = drain.fill(scale.of(300, 20_000, 200_000), scale.millis(1_000, 1_000, 30_000));
      client.disconnect();
      database.vacuum();
      ServerWork before = database.work();
      Duration cpuBefore = client.cpuTime();
      Worked worked = drain.work(drain.nothing(), jobs, scale.millis(10_000, 3_000, 60_000));
      client.disconnect();
      Duration cpu = client.cpuTime().minus(cpuBefore);
      return new Costs(worked, database.work().since(before), cpu);
    }
  }

  private static void note(Costs costs, Findings findings) {
    ServerWork server = costs.server();
    findings.found(CLIENT_CPU, costs.each(micros(costs.clientCpu())));
    server
        .cpu()
        .ifPresentOrElse(
            cpu -> findings.found(SERVER_CPU, costs.each(micros(cpu))),
            () -> findings.missing(SERVER_CPU, "the server runs on another machine"));
    findings.found(COMMITS, costs.each((double) server.commits()));
    findings.found(WAL, costs.each((double) server.walBytes()));
    findings.found(DEAD, costs.each((double) server.deadRows()));
  }

  private static double micros(Duration time) {
    return time.toNanos() / 1e3;
  }
}
