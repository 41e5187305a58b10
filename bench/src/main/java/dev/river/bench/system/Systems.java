package dev.river.bench.system;

import dev.river.bench.report.Comparison;
import java.util.List;
import java.util.Optional;

/** All frameworks that are compared. */
public final class Systems {
  private static final List<JobSystem> ALL =
      List.of(
          new RiverSystem(),
          new DbSchedulerSystem(),
          new JobRunrSystem(),
          new QuartzSystem(),
          new NodeSystem("graphile-worker", graphileWorkerJobs()),
          new NodeSystem("pg-boss", pgBossJobs()),
          new PlainSqlSystem());

  private Systems() {}

  /** {@return them in the order in which they are shown} */
  public static List<JobSystem> all() {
    return ALL;
  }

  /** {@return River for Java, the other frameworks for the JVM, and plain SQL} */
  public static Comparison comparison() {
    return new Comparison("river", List.of("db-scheduler", "jobrunr", "quartz"), "plain-sql");
  }

  /** {@return the one with a name} */
  static JobSystem named(String name) {
    return ALL.stream().filter(system -> system.name().equals(name)).findFirst().orElseThrow();
  }

  private static NodeSystem.Jobs graphileWorkerJobs() {
    return new NodeSystem.Jobs(
        "SELECT EXISTS (SELECT FROM graphile_worker._private_jobs)",
        Optional.empty(),
        "'jobs:insert'");
  }

  private static NodeSystem.Jobs pgBossJobs() {
    return new NodeSystem.Jobs(
        "SELECT EXISTS (SELECT FROM pgboss.job WHERE name = 'bench' AND state < 'completed')",
        Optional.of(new JobTable("pgboss", "job", "gen_random_uuid()")),
        "'pgboss_' || left(encode(sha224('pgboss'::bytea), 'hex'), 24)");
  }
}
