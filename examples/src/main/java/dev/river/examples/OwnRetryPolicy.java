package dev.river.examples;

import dev.river.RiverClient;
import dev.river.db.RiverMigrator;
import dev.river.event.EventKind;
import dev.river.event.Subscription;
import dev.river.job.JobArgs;
import dev.river.job.JobRow;
import dev.river.work.RetryPolicy;
import dev.river.work.Workers;
import java.io.PrintStream;
import java.time.Duration;
import javax.sql.DataSource;

/** Failed jobs wait twice as long each time, a day at most. */
public final class OwnRetryPolicy {
  private OwnRetryPolicy() {}

  record ImportArgs(String file) implements JobArgs {
    @Override
    public String kind() {
      return "import";
    }
  }

  record Doubling(Duration first, Duration longest) implements RetryPolicy {
    @Override
    public Duration delay(JobRow job) {
      int failures = job.errors().size(); // before the newest one
      Duration delay = first.multipliedBy(1L << Math.min(failures, 20));
      return delay.compareTo(longest) < 0 ? delay : longest;
    }
  }

  static void run(DataSource dataSource, PrintStream out) throws InterruptedException {
    RiverMigrator.builder(dataSource).build().migrate();

    Workers workers =
        new Workers()
            .add(
                ImportArgs.class,
                (job, context) -> {
                  throw new IllegalStateException(job.args().file() + " is not there yet");
                });
    RetryPolicy policy = new Doubling(Duration.ofMinutes(10), Duration.ofDays(1));

    try (RiverClient client =
            RiverClient.builder(dataSource)
                .workers(workers)
                .queue("default", 10)
                .retryPolicy(policy)
                .build();
        Subscription failed = client.subscribe(EventKind.JOB_FAILED)) {
      client.start();
      long id = client.insert(new ImportArgs("figures.csv")).id();
      failed.take();
      out.println(describe(client.jobs().get(id).orElseThrow()));

      client.jobs().retry(id); // now, instead of in 10 minutes
      failed.take();
      out.println(describe(client.jobs().get(id).orElseThrow()));
    }
  }

  /** To ten minutes, because the attempt and storing its failure take time too. */
  private static String describe(JobRow job) {
    Duration waits = Duration.between(job.errors().getLast().at(), job.scheduledAt());
    return "%s failed, %s for about %s min"
        .formatted(job.attempt(), job.state(), waits.toMinutes() / 10 * 10);
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
