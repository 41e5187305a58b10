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
import java.util.concurrent.TimeUnit;

/**
 * Ends well when the process is told to end. The JVM answers SIGTERM, which service managers send,
 * and SIGINT, which Ctrl-C sends, by running its shutdown hooks; the client is stopped in one of
 * them. Jobs that end soon may do so; those that don't are interrupted and put back, and the
 * attempt doesn't count: another client, or this program when it runs again, begins it anew.
 *
 * <p>To see it, name a database with {@code DATABASE_URL}: an embedded one ends at the same signal.
 */
public final class GracefulShutdown {
  /** How long running jobs may go on before they are interrupted. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** How long all of it may take: less than the service manager waits before it kills. */
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private GracefulShutdown() {}

  record LabelArgs(String address) implements JobArgs {
    @Override
    public String kind() {
      return "label";
    }
  }

  record FilmArgs(String title) implements JobArgs {
    @Override
    public String kind() {
      return "film";
    }
  }

  /** Ends soon: just after the client began to stop. */
  record LabelWorker(PrintStream out, CountDownLatch begun, CountDownLatch stopping)
      implements Worker<LabelArgs> {
    @Override
    public WorkResult work(Job<LabelArgs> job, JobContext context) throws InterruptedException {
      begun.countDown();
      Waiting.until(stopping);
      out.println("job %d: the label for %s is printed".formatted(job.id(), job.args().address()));
      return WorkResult.completed();
    }
  }

  /** Takes far too long to wait for. */
  record FilmWorker(PrintStream out, CountDownLatch begun) implements Worker<FilmArgs> {
    @Override
    public WorkResult work(Job<FilmArgs> job, JobContext context) throws InterruptedException {
      begun.countDown();
      try {
        new CountDownLatch(1).await(1, TimeUnit.HOURS);
        return WorkResult.completed();
      } catch (InterruptedException e) {
        out.println("job %d: interrupted".formatted(job.id()));
        throw e; // to return a result here would mean that the film is done
      }
    }
  }

  /**
   * Runs the example, until the process is told to end.
   *
   * @param args none
   * @throws InterruptedException never
   */
  public static void main(String[] args) throws InterruptedException {
    PrintStream out = System.out;
    ExampleDatabase database = ExampleDatabase.open(); // closed by the shutdown hook
    RiverMigrator.builder(database.dataSource()).build().migrate();

    CountDownLatch begun = new CountDownLatch(2);
    CountDownLatch stopping = new CountDownLatch(1);
    Workers workers =
        new Workers().add(new LabelWorker(out, begun, stopping)).add(new FilmWorker(out, begun));
    RiverClient client =
        RiverClient.builder(database.dataSource()).workers(workers).queue("default", 10).build();
    client.start();
    Job<LabelArgs> label = client.insert(new LabelArgs("10 Elm Street")).job();
    Job<FilmArgs> film = client.insert(new FilmArgs("Our Holidays")).job();
    Waiting.until(begun);

    Runnable shutDown =
        () -> {
          out.println("stopping");
          stopping.countDown();
          if (stop(client)) {
            StoredJobs stored = new StoredJobs(database.dataSource());
            out.println(stored.describe(label.id()));
            out.println(stored.describe(film.id()));
            database.close();
          }
        };
    Runtime.getRuntime().addShutdownHook(new Thread(shutDown, "shutdown"));
    out.println("two jobs are running; press Ctrl-C or run: kill " + ProcessHandle.current().pid());
    new CountDownLatch(1).await(1, TimeUnit.HOURS);
  }

  /** {@return whether the client stopped in time} */
  private static boolean stop(RiverClient client) {
    // On a thread of its own: the process must end even if the database is gone or a worker ignores
    // its interruption.
    Thread stop = Thread.ofVirtual().start(() -> client.stop(PATIENCE));
    try {
      return stop.join(LIMIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
