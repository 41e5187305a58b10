package dev.river.examples;

import dev.river.RiverClient;
import dev.river.db.RiverMigrator;
import dev.river.event.Event;
import dev.river.event.EventKind;
import dev.river.event.Subscription;
import dev.river.job.JobArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.io.PrintStream;
import javax.sql.DataSource;

/** A client tells its subscribers how attempts ended, after that was stored. */
public final class SubscribeToEvents {
  private SubscribeToEvents() {}

  record ParcelArgs(String to) implements JobArgs {
    @Override
    public String kind() {
      return "parcel";
    }
  }

  static void run(DataSource dataSource, PrintStream out) throws InterruptedException {
    RiverMigrator.builder(dataSource).build().migrate();

    Workers workers =
        new Workers()
            .add(
                ParcelArgs.class,
                (job, context) ->
                    job.args().to().isEmpty()
                        ? WorkResult.cancel("nobody to send it to")
                        : WorkResult.completed());

    try (RiverClient client =
            RiverClient.builder(dataSource).workers(workers).queue("default", 10).build();
        Subscription completed = client.subscribe(EventKind.JOB_COMPLETED);
        Subscription rest = client.subscribe(EventKind.JOB_CANCELLED, EventKind.JOB_FAILED)) {
      client.start();
      client.insert(new ParcelArgs("Ada"));
      client.insert(new ParcelArgs(""));

      out.println(describe(completed.take()));
      out.println(describe(rest.take()));
    }
  }

  private static String describe(Event event) {
    return switch (event) {
      case Event.JobEvent job -> "job %s: %s".formatted(job.job().id(), job.kind());
      case Event.QueueEvent queue -> "queue %s: %s".formatted(queue.queue(), queue.kind());
    };
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
