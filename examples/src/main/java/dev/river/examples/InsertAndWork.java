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
import java.util.List;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;

/**
 * The smallest whole: a job is a record, its worker a class, and a client inserts the one and runs
 * the other.
 */
public final class InsertAndWork {
  private InsertAndWork() {}

  /** What is to be done. Stored as JSON under the name that {@code kind()} gives. */
  record SortArgs(List<String> words) implements JobArgs {
    @Override
    public String kind() {
      return "sort";
    }
  }

  /** Does it. One instance works many jobs at once, each on a virtual thread of its own. */
  static final class SortWorker implements Worker<SortArgs> {
    private final PrintStream out;
    private final CountDownLatch done;

    SortWorker(PrintStream out, CountDownLatch done) {
      this.out = out;
      this.done = done;
    }

    @Override
    public WorkResult work(Job<SortArgs> job, JobContext context) {
      List<String> sorted = job.args().words().stream().sorted().toList();
      out.println("job %s: %s".formatted(job.id(), sorted));
      done.countDown();
      return WorkResult.completed();
    }
  }

  static void run(DataSource dataSource, PrintStream out) throws InterruptedException {
    // River's tables; does nothing if they are there.
    RiverMigrator.builder(dataSource).build().migrate();

    CountDownLatch done = new CountDownLatch(1);
    Workers workers = new Workers().add(new SortWorker(out, done));

    try (RiverClient client =
        RiverClient.builder(dataSource).workers(workers).queue("default", 10).build()) {
      client.start();
      Job<SortArgs> job = client.insert(new SortArgs(List.of("whale", "tiger", "bear"))).job();
      out.println("job %s: inserted".formatted(job.id()));
      Waiting.until(done);

      client.stop(); // waits until the results of all jobs are stored
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
