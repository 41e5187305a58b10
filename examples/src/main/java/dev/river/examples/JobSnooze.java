package dev.river.examples;

import dev.river.RiverClient;
import dev.river.db.RiverMigrator;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.work.JobContext;
import dev.river.work.WorkResult;
import dev.river.work.Worker;
import dev.river.work.Workers;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/**
 * A worker that finds its time has not come puts its job off. That is no failure: nothing is
 * recorded as an error, and the attempt doesn't count.
 */
public final class JobSnooze {
  private JobSnooze() {}

  record ParcelArgs(String address) implements JobArgs {
    @Override
    public String kind() {
      return "parcel";
    }
  }

  /** Delivers when somebody is at home, which is at the second visit. */
  static final class ParcelWorker implements Worker<ParcelArgs> {
    private final PrintStream out;
    private final CountDownLatch delivered;
    private final AtomicInteger visits = new AtomicInteger();

    ParcelWorker(PrintStream out, CountDownLatch delivered) {
      this.out = out;
      this.delivered = delivered;
    }

    @Override
    public WorkResult work(Job<ParcelArgs> job, JobContext context) {
      String address = job.args().address();
      if (visits.incrementAndGet() == 1) {
        out.println("attempt %s: nobody at home at %s".formatted(job.attempt(), address));
        return WorkResult.snooze(Duration.ofMillis(200));
      }
      out.println("attempt %s: delivered at %s".formatted(job.attempt(), address));
      delivered.countDown();
      return WorkResult.completed();
    }
  }

  static void run(DataSource dataSource, PrintStream out) throws InterruptedException {
    RiverMigrator.builder(dataSource).build().migrate();

    CountDownLatch delivered = new CountDownLatch(1);
    Workers workers = new Workers().add(new ParcelWorker(out, delivered));
    try (RiverClient client =
        RiverClient.builder(dataSource).workers(workers).queue("default", 10).build()) {
      client.start();
      Job<ParcelArgs> job = client.insert(new ParcelArgs("10 Elm Street")).job();
      Waiting.until(delivered);

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
