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
 * <p>An embedded PostgreSQL ends at the same signal as the program that has started it. So without
 * {@code DATABASE_URL} the program is run in a process of its own, which is sent SIGTERM.
 */
public final class GracefulShutdown {
  /** How long running jobs may go on before they are interrupted. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** How long all of it may take: less than the service manager waits before it kills. */
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private static final String READY = "two jobs are running";

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
      out.println("job %s: the label for %s is printed".formatted(job.id(), job.args().address()));
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
        out.println("job %s: interrupted".formatted(job.id()));
        throw e; // to return a result here would mean that the film is done
      }
    }
  }

  /**
   * Runs the example, until the process is told to end.
   *
   * @param args none
   * @throws Exception never
   */
  public static void main(String[] args) throws Exception {
    ExampleDatabase database = ExampleDatabase.open();
    if (database.isEmbedded()) {
      try (database) {
        Rehearsal.run(GracefulShutdown.class, READY, database, System.out);
      }
    } else {
      runUntilSignal(database, System.out);
    }
  }

  /** Leaves the database to the shutdown hook, which closes it when the jobs are stored. */
  private static void runUntilSignal(ExampleDatabase database, PrintStream out)
      throws InterruptedException {
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
    out.println(READY + "; press Ctrl-C or run: kill " + ProcessHandle.current().pid());
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
