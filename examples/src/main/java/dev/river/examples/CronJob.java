package dev.river.examples;

import dev.river.RiverClient;
import dev.river.db.RiverMigrator;
import dev.river.job.JobArgs;
import dev.river.periodic.PeriodicJob;
import dev.river.periodic.Schedule;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;

/** A job at half past three on working days, on the clocks of Paris, also when those change. */
public final class CronJob {
  private static final ZoneId PARIS = ZoneId.of("Europe/Paris");

  private CronJob() {}

  record NightlyArgs() implements JobArgs {
    @Override
    public String kind() {
      return "nightly";
    }
  }

  static void run(DataSource dataSource, PrintStream out) throws InterruptedException {
    RiverMigrator.builder(dataSource).build().migrate();

    CountDownLatch done = new CountDownLatch(1);
    Workers workers =
        new Workers()
            .add(
                NightlyArgs.class,
                (job, context) -> {
                  out.println("nightly work");
                  done.countDown();
                  return WorkResult.completed();
                });
    try (RiverClient client =
        RiverClient.builder(dataSource)
            .workers(workers)
            .queue("default", 10)
            .periodic(
                PeriodicJob.cron("30 3 * * MON-FRI", PARIS, () -> new NightlyArgs()).id("nightly"))
            .build()) {
      client.start();

      client.periodicJobs().runNow("nightly"); // not to wait for the night
      Waiting.until(done);
      out.println("planned: " + client.periodicJobs().nextRuns("nightly", 5).size());
    }
    printRuns(out);
  }

  private static void printRuns(PrintStream out) {
    Schedule daily = Schedule.cron("30 2 * * *", PARIS);
    Instant run = Instant.parse("2026-03-27T12:00:00Z");
    for (int i = 0; i < 3; i++) {
      run = daily.next(run).orElseThrow();
      out.println(run.atZone(PARIS)); // on 29 March the clocks jump from two to three
    }
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
