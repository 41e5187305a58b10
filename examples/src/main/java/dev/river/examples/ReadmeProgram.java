package dev.river.examples;

import com.zaxxer.hikari.HikariDataSource;
import dev.river.RiverClient;
import dev.river.db.RiverMigrator;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.work.JobContext;
import dev.river.work.WorkResult;
import dev.river.work.Worker;
import dev.river.work.Workers;
import java.util.concurrent.CountDownLatch;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

public final class ReadmeProgram {
  /** What is to be done: stored as JSON, under the name that kind() gives. */
  record ReceiptArgs(long order, String email) implements JobArgs {
    @Override
    public String kind() {
      return "receipt";
    }
  }

  /** Does it. To fail is to throw; the job is tried again later. */
  record ReceiptWorker(CountDownLatch sent) implements Worker<ReceiptArgs> {
    @Override
    public WorkResult work(Job<ReceiptArgs> job, JobContext context) {
      ReceiptArgs args = job.args();
      System.out.println("order " + args.order() + ": receipt sent to " + args.email());
      sent.countDown();
      return WorkResult.completed();
    }
  }

  public static void main(String[] args) throws InterruptedException {
    try (HikariDataSource dataSource = new HikariDataSource()) {
      dataSource.setJdbcUrl(args[0]);
      dataSource.setMaximumPoolSize(30); // see "Connections" below
      RiverMigrator.builder(dataSource).schema("river").build().migrate(); // River's own tables

      CountDownLatch sent = new CountDownLatch(1);
      Workers workers = new Workers().add(new ReceiptWorker(sent));
      try (RiverClient client =
          RiverClient.builder(dataSource)
              .schema("river")
              .workers(workers)
              .queue("default", 100)
              .build()) {
        client.start();

        DSLContext dsl = DSL.using(dataSource, SQLDialect.POSTGRES);
        dsl.transaction(
            tx -> {
              tx.dsl().execute("INSERT INTO orders (id, item) VALUES (42, 'a kite')");
              client.insertTx(tx.dsl(), new ReceiptArgs(42, "ada@example.org"));
            });
        sent.await();
      }
    }
  }
}
