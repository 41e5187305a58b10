package dev.river.examples;

import dev.river.RiverClient;
import dev.river.db.RiverMigrator;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;

/**
 * A worker that finds there is no point in trying again cancels its job. A failure, by throwing,
 * would be tried again up to 25 times.
 */
public final class JobCancel {
  private JobCancel() {}

  record LetterArgs(String address) implements JobArgs {
    @Override
    public String kind() {
      return "letter";
    }
  }

  static void run(DataSource dataSource, PrintStream out) throws InterruptedException {
    RiverMigrator.builder(dataSource).build().migrate();

    CountDownLatch done = new CountDownLatch(1);
    Workers workers =
        new Workers()
            .add(
                LetterArgs.class,
                (job, context) -> {
                  done.countDown();
                  return WorkResult.cancel("there is no " + job.args().address());
                });

    try (RiverClient client =
        RiverClient.builder(dataSource).workers(workers).queue("default", 10).build()) {
      client.start();
      Job<LetterArgs> job = client.insert(new LetterArgs("221B Baker Street")).job();
      Waiting.until(done);

      client.stop();
      out.println(new StoredJobs(dataSource).describe(job.id()));
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
