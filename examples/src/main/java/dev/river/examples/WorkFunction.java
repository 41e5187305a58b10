package dev.river.examples;

import dev.river.RiverClient;
import dev.river.db.RiverMigrator;
import dev.river.job.JobArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;

/**
 * A worker that is a function. A lambda doesn't tell at run time which class of arguments it takes,
 * so that class is named beside it.
 */
public final class WorkFunction {
  private WorkFunction() {}

  record GreetArgs(String name) implements JobArgs {
    @Override
    public String kind() {
      return "greet";
    }
  }

  static void run(DataSource dataSource, PrintStream out) throws InterruptedException {
    RiverMigrator.builder(dataSource).build().migrate();

    CountDownLatch done = new CountDownLatch(1);
    Workers workers =
        new Workers()
            .add(
                GreetArgs.class,
                (job, context) -> {
                  out.println("Hello, " + job.args().name());
                  done.countDown();
                  return WorkResult.completed();
                });

    try (RiverClient client =
        RiverClient.builder(dataSource).workers(workers).queue("default", 10).build()) {
      client.start();
      client.insert(new GreetArgs("Ada"));
      Waiting.until(done);
    } // close() stops the client, which stores the result first
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
