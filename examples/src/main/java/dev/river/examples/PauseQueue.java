package dev.river.examples;

import dev.river.RiverClient;
import dev.river.db.RiverMigrator;
import dev.river.job.InsertOpts;
import dev.river.job.Inserted;
import dev.river.job.JobArgs;
import dev.river.job.JobRow;
import dev.river.query.Queue;
import dev.river.work.QueueConfig;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** A queue pauses while the mail server is away; its jobs wait, and are worked when it goes on. */
public final class PauseQueue {
  private PauseQueue() {}

  record NoteArgs(String to) implements JobArgs {
    @Override
    public String kind() {
      return "note";
    }

    @Override
    public InsertOpts insertOpts() {
      return InsertOpts.builder().queue("mail").build();
    }
  }

  static void run(DataSource dataSource, PrintStream out) throws InterruptedException {
    RiverMigrator.builder(dataSource).build().migrate();

    CountDownLatch sent = new CountDownLatch(1);
    Workers workers =
        new Workers()
            .add(
                NoteArgs.class,
                (job, context) -> {
                  out.println("sent to " + job.args().to());
                  sent.countDown();
                  return WorkResult.completed();
                });
    try (RiverClient client =
        RiverClient.builder(dataSource).workers(workers).queue("mail", 10).build()) {
      client.start();

      client.queues().pause("mail"); // for all clients; jobs that run go on
      Inserted<NoteArgs> note = client.insert(new NoteArgs("Ada"));
      for (Queue queue : client.queues().list(100)) {
        out.println("queue %s: paused %s".formatted(queue.name(), queue.isPaused()));
      }
      JobRow waiting = client.jobs().get(note.id()).orElseThrow();
      out.println("job %s: %s".formatted(waiting.id(), waiting.state()));

      client.queues().resume("mail");
      Waiting.until(sent);
      changeQueues(client, out);
    }
    try (RiverClient client = RiverClient.builder(dataSource).build()) {
      pauseInTransaction(client, DSL.using(dataSource, SQLDialect.POSTGRES));
      out.println("queue reports: " + client.queues().get("reports").orElseThrow().metadata());
    }
  }

  private static void changeQueues(RiverClient client, PrintStream out)
      throws InterruptedException {
    client.queues().add("reports", QueueConfig.builder().maxWorkers(2).build());
    if (!client.queues().remove("mail", Duration.ofSeconds(30))) {
      out.println("jobs of the queue still run; remove(...) can be called again");
    }
  }

  private static void pauseInTransaction(RiverClient client, DSLContext dsl) {
    dsl.transaction(
        tx -> {
          client.queues(tx.dsl()).pause("reports");
          client.queues(tx.dsl()).setMetadata("reports", Map.of("why", "moving house"));
        });
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
