package dev.river.examples;

import dev.river.RiverClient;
import dev.river.db.RiverMigrator;
import dev.river.event.EventKind;
import dev.river.event.Subscription;
import dev.river.job.InsertOpts;
import dev.river.job.JobArgs;
import dev.river.work.ErrorHandler;
import dev.river.work.Workers;
import java.io.PrintStream;
import javax.sql.DataSource;

/**
 * An error handler is told of every failure, for an error tracker, and may cancel a job that there
 * is no point in trying again.
 */
public final class ErrorHandling {
  private ErrorHandling() {}

  record ImportArgs(String file) implements JobArgs {
    @Override
    public String kind() {
      return "import";
    }

    @Override
    public InsertOpts insertOpts() {
      return InsertOpts.builder().maxAttempts(1).build();
    }
  }

  static void run(DataSource dataSource, PrintStream out) throws InterruptedException {
    RiverMigrator.builder(dataSource).build().migrate();

    Workers workers =
        new Workers()
            .add(
                ImportArgs.class,
                (job, context) -> {
                  if (job.args().file().isEmpty()) {
                    throw new IllegalArgumentException("no file");
                  }
                  throw new AssertionError(job.args().file() + " can't be read");
                });
    ErrorHandler handler =
        (job, failure) -> {
          out.println("job %s: %s".formatted(job.id(), failure.getMessage()));
          return failure instanceof IllegalArgumentException
              ? ErrorHandler.Decision.CANCEL
              : ErrorHandler.Decision.AS_USUAL;
        };

    try (RiverClient client =
            RiverClient.builder(dataSource)
                .workers(workers)
                .queue("default", 10)
                .errorHandler(handler)
                .build();
        Subscription events = client.subscribe(EventKind.JOB_FAILED, EventKind.JOB_CANCELLED)) {
      client.start();
      client.insert(new ImportArgs("figures.csv"));
      out.println(events.take().kind());
      client.insert(new ImportArgs(""));
      out.println(events.take().kind());
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
