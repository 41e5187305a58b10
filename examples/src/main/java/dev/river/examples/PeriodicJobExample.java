package dev.river.examples;

import dev.river.RiverClient;
import dev.river.db.RiverMigrator;
import dev.river.job.Insert;
import dev.river.job.InsertOpts;
import dev.river.job.JobArgs;
import dev.river.periodic.MissedRuns;
import dev.river.periodic.OverlapPolicy;
import dev.river.periodic.PeriodicJob;
import dev.river.query.PeriodicJobRow;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** A report every quarter of an hour, once for all clients, and the first at once. */
public final class PeriodicJobExample {
  private PeriodicJobExample() {}

  record ReportArgs() implements JobArgs {
    @Override
    public String kind() {
      return "report";
    }
  }

  record ReminderArgs(int unpaid) implements JobArgs {
    @Override
    public String kind() {
      return "reminder";
    }
  }

  static void run(DataSource dataSource, PrintStream out) throws InterruptedException {
    RiverMigrator.builder(dataSource).build().migrate();

    CountDownLatch reported = new CountDownLatch(1);
    CountDownLatch reminded = new CountDownLatch(1);
    Workers workers =
        new Workers()
            .add(
                ReportArgs.class,
                (job, context) -> {
                  out.println("report");
                  reported.countDown();
                  return WorkResult.completed();
                })
            .add(
                ReminderArgs.class,
                (job, context) -> {
                  out.println("reminder of %s invoices".formatted(job.args().unpaid()));
                  reminded.countDown();
                  return WorkResult.completed();
                });
    try (RiverClient client =
        RiverClient.builder(dataSource)
            .workers(workers)
            .queue("default", 10)
            .periodic(
                PeriodicJob.every(Duration.ofMinutes(15), () -> new ReportArgs())
                    .id("report")
                    .runOnStart())
            .build()) {
      client.start();
      Waiting.until(reported);

      remind(client, out);
      Waiting.until(reminded);
      operate(client, out);
    }
  }

  private static void remind(RiverClient client, PrintStream out) {
    AtomicInteger unpaid = new AtomicInteger();
    client
        .periodicJobs()
        .add(
            PeriodicJob.every(
                    Duration.ofDays(1),
                    () ->
                        unpaid.get() == 0
                            ? Optional.empty() // no job this time
                            : Optional.of(
                                Insert.of(
                                    new ReminderArgs(unpaid.get()),
                                    InsertOpts.builder().priority(2).build())))
                .id("reminder")
                .missedRuns(MissedRuns.skip())
                .overlap(OverlapPolicy.SKIP));
    out.println("none to remind of: " + client.periodicJobs().runNow("reminder").isEmpty());
    unpaid.set(3);
    client.periodicJobs().runNow("reminder"); // beside its schedule
  }

  private static void operate(RiverClient client, PrintStream out) {
    client.periodicJobs().pause("report"); // for all clients, until it is resumed
    for (PeriodicJobRow job : client.periodicJobs().list(100)) {
      out.println(
          "%s: %s, paused %s, has run %s"
              .formatted(job.id(), job.schedule(), job.isPaused(), job.lastRunAt().isPresent()));
    }
    client.periodicJobs().resume("report");
    client.periodicJobs().remove("reminder");
  }

  /**
   * Runs the example.
   *
   * @param args none
   * @throws InterruptedException never
   */
  public static void main(String[] args) throws InterruptedException {
    try (ExampleDatabase database = ExampleDatabase.open()) {
      run(database.dataSource(), System.out);
    }
  }
}
