package dev.river.bench.system;

import java.util.List;

/** All frameworks that are compared. */
public final class Systems {
  private static final List<JobSystem> ALL =
      List.of(
          new RiverSystem(),
          new DbSchedulerSystem(),
          new JobRunrSystem(),
          new QuartzSystem(),
          new NodeSystem(
              "graphile-worker",
              History.DELETED,
              "SELECT EXISTS (SELECT FROM graphile_worker._private_jobs)"),
          new NodeSystem(
              "pg-boss",
              History.KEPT,
              "SELECT EXISTS (SELECT FROM pgboss.job WHERE name = 'bench' AND state < 'completed')"),
          new PlainSqlSystem());

  private Systems() {}

  /** {@return them in the order in which they are shown} */
  public static List<JobSystem> all() {
    return ALL;
  }

  /** {@return the one with a name} */
  static JobSystem named(String name) {
    return ALL.stream().filter(system -> system.name().equals(name)).findFirst().orElseThrow();
  }
}
