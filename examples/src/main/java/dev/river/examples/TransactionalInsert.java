package dev.river.examples;

import dev.river.RiverClient;
import dev.river.db.RiverMigrator;
import dev.river.job.JobArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/**
 * A job in the same transaction as the data that it is about: an order and the job that sends its
 * receipt are both stored, or neither is. There is no order without a receipt, and no receipt for
 * an order that was never made.
 */
public final class TransactionalInsert {
  private TransactionalInsert() {}

  record ReceiptArgs(long order) implements JobArgs {
    @Override
    public String kind() {
      return "receipt";
    }
  }

  /** Why an order does not come about. */
  static final class CardDeclined extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final long order;

    CardDeclined(long order) {
      super("the card was declined");
      this.order = order;
    }
  }

  static void run(DataSource dataSource, PrintStream out) throws InterruptedException {
    RiverMigrator.builder(dataSource).build().migrate();
    DSLContext dsl = DSL.using(dataSource, SQLDialect.POSTGRES);
    Orders.createTable(dsl);

    CountDownLatch sent = new CountDownLatch(1);
    Workers workers =
        new Workers()
            .add(
                ReceiptArgs.class,
                (job, context) -> {
                  out.println("order %s: its receipt is sent".formatted(job.args().order()));
                  sent.countDown();
                  return WorkResult.completed();
                });

    try (RiverClient client =
        RiverClient.builder(dataSource).workers(workers).queue("default", 10).build()) {
      client.start();
      long declined = declinedOrder(dsl, client, out);
      long accepted = acceptedOrder(dsl, client);
      Waiting.until(sent);
      out.println(whatIsStored(dsl, declined));
      out.println(whatIsStored(dsl, accepted));
    }
  }

  private static long acceptedOrder(DSLContext dsl, RiverClient client) {
    return dsl.transactionResult(
        tx -> {
          long order = Orders.insert(tx.dsl(), "a kite");
          client.insertTx(tx.dsl(), new ReceiptArgs(order));
          return order;
        });
  }

  private static long declinedOrder(DSLContext dsl, RiverClient client, PrintStream out) {
    try {
      return dsl.transactionResult(
          tx -> {
            long order = Orders.insert(tx.dsl(), "a yacht");
            client.insertTx(tx.dsl(), new ReceiptArgs(order));
            throw new CardDeclined(order); // jOOQ rolls back, so the job is gone with the order
          });
    } catch (CardDeclined e) {
      out.println("order %s: rolled back, %s".formatted(e.order, e.getMessage()));
      return e.order;
    }
  }

  private static String whatIsStored(DSLContext dsl, long order) {
    boolean job =
        dsl.fetchExists(
            DSL.table("river_job"),
            DSL.condition("kind = 'receipt' AND (args ->> 'order')::bigint = ?", order));
    return "order %s: order stored %s, job stored %s"
        .formatted(order, Orders.exists(dsl, order), job);
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
