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
  private static final Metric WORKED = new Metric("worked", "jobs worked", Unit.COUNT);
  private static final Metric USUAL = new Metric("usual", "as by default", Unit.PER_SECOND);
  private static final Metric KEPT = new Metric("kept", "jobs kept when done", Unit.PER_SECOND);
  private static final Metric DELETED =
      new Metric("deleted", "jobs deleted when done", Unit.PER_SECOND);
  private static final Metric GAIN = new Metric("gain", "deleted to kept", Unit.RATIO);
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
          List.of(WORKED, USUAL, KEPT, DELETED, GAIN, CLIENT_CPU, SERVER_CPU, COMMITS, WAL, DEAD));

  /** Creates it. */
  public DrainMeasure() {}

  @Override
  public Topic topic() {
    return TOPIC;
  }

  @Override
  public void run(Trial trial, Findings findings) {
    History usual = trial.system().histories().getFirst();
    Costs costs = drain(trial, usual);
    double rate = costs.worked().rate();
    findings.found(WORKED, (double) costs.worked().jobs());
    findings.found(USUAL, rate);
    findings.found(rate(usual), rate);
    note(costs, findings);
    other(trial, usual, rate, findings);
  }

  /** The same where jobs become what they don't by default, if they can. */
  private static void other(Trial trial, History usual, double usualRate, Findings findings) {
    boolean kept = usual == History.KEPT;
    History other = kept ? History.DELETED : History.KEPT;
    if (trial.system().histories().contains(other)) {
      double rate = drain(trial, other).worked().rate();
      findings.found(rate(other), rate);
      findings.found(GAIN, kept ? rate / usualRate : usualRate / rate);
    } else {
      String lack = kept ? "keeps its jobs" : "deletes its jobs";
      findings.missing(rate(other), lack);
      findings.missing(GAIN, lack);
    }
  }

  private static Metric rate(History history) {
    return history == History.KEPT ? KEPT : DELETED;
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
      int jobs = drain.fill(scale.of(300, 10_000, 200_000), scale.millis(1_000, 500, 30_000));
      client.disconnect();
      database.vacuum();
      ServerWork before = database.work();
      Duration cpuBefore = client.cpuTime();
      Worked worked = drain.work(drain.nothing(), jobs, scale.millis(10_000, 1_000, 60_000));
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
