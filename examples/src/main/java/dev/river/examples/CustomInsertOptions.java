package dev.river.examples;

import dev.river.RiverClient;
import dev.river.db.RiverMigrator;
import dev.river.job.InsertOpts;
import dev.river.job.Inserted;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;

/**
 * Options for all jobs of a class, and for one job. What the call doesn't set is taken from the
 * class, and what the class doesn't set from the client's and River's defaults.
 */
public final class CustomInsertOptions {
  private CustomInsertOptions() {}

  record ReportArgs(String title) implements JobArgs {
    private static final InsertOpts OPTS =
        InsertOpts.builder().queue("reports").maxAttempts(3).priority(3).build();

    @Override
    public String kind() {
      return "report";
    }

    @Override
    public InsertOpts insertOpts() {
      return OPTS;
    }
  }

  static void run(DataSource dataSource, PrintStream out) throws InterruptedException {
    RiverMigrator.builder(dataSource).build().migrate();

    CountDownLatch done = new CountDownLatch(2);
    Workers workers =
        new Workers()
            .add(
                ReportArgs.class,
                (job, context) -> {
                  out.println("worked: " + job.args().title());
                  done.countDown();
                  return WorkResult.completed();
                });

    // One at a time, so that the order in which jobs are worked can be seen.
    try (RiverClient client =
        RiverClient.builder(dataSource).workers(workers).queue("reports", 1).build()) {
      print(out, client.insert(new ReportArgs("weekly figures")));
      print(out, client.insert(new ReportArgs("for the board"), urgent()));
      print(out, client.insert(new ReportArgs("of the year"), nextYear()));

      client.start();
      Waiting.until(done);
    }
  }

  private static InsertOpts urgent() {
    return InsertOpts.builder()
        .priority(1) // worked before those of priority 3, though inserted later
        .tags("board")
        .metadata(Map.of("asked_for_by", "Ada"))
        .build();
  }

  private static InsertOpts nextYear() {
    return InsertOpts.builder().scheduledAt(Instant.now().plus(Duration.ofDays(365))).build();
  }

  private static void print(PrintStream out, Inserted<ReportArgs> inserted) {
    Job<ReportArgs> job = inserted.job();
    out.println(
        "inserted: %s is %s in queue %s, priority %s, at most %s attempts, tags %s, metadata %s"
            .formatted(
                job.args().title(),
                job.state(),
                job.queue(),
                job.priority(),
                job.maxAttempts(),
                job.row().tags(),
                job.row().metadata()));
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
