package dev.river.examples;

import dev.river.RiverClient;
import dev.river.db.RiverMigrator;
import dev.river.event.EventKind;
import dev.river.event.Subscription;
import dev.river.job.JobArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.io.PrintStream;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/**
 * A worker completes its job in the transaction that holds its work, together with a job that
 * follows: all of that happens, or none of it.
 */
public final class CompleteJobWithinTx {
  private CompleteJobWithinTx() {}

  record PaymentArgs(long order) implements JobArgs {
    @Override
    public String kind() {
      return "payment";
    }
  }

  record ReceiptArgs(long order) implements JobArgs {
    @Override
    public String kind() {
      return "receipt";
    }
  }

  static void run(DataSource dataSource, PrintStream out) throws InterruptedException {
    RiverMigrator.builder(dataSource).build().migrate();
    DSLContext dsl = DSL.using(dataSource, SQLDialect.POSTGRES);

    Workers workers =
        new Workers()
            .add(
                PaymentArgs.class,
                (job, context) -> {
                  dsl.transaction(
                      tx -> {
                        context.client().insertTx(tx.dsl(), new ReceiptArgs(job.args().order()));
                        context.completeTx(tx.dsl());
                      });
                  out.println("order %s is paid".formatted(job.args().order()));
                  return WorkResult.completed(); // which it is already
                })
            .add(
                ReceiptArgs.class,
                (job, context) -> {
                  out.println("the receipt for order %s is sent".formatted(job.args().order()));
                  return WorkResult.completed();
                });

    try (RiverClient client =
            RiverClient.builder(dataSource).workers(workers).queue("default", 1).build();
        Subscription events = client.subscribe(EventKind.JOB_COMPLETED)) {
      client.start();
      long payment = client.insert(new PaymentArgs(42)).id();

      events.take(); // of the payment
      events.take(); // of the receipt
      out.println(new StoredJobs(dataSource).describe(payment));
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
