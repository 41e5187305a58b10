package dev.river.test.junit;

import dev.river.RiverClientBuilder;
import dev.river.job.JobArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** A table of orders, and a worker that marks an order as sent. */
final class OrdersSetup implements RiverTestSetup {
  static final AtomicInteger PREPARED = new AtomicInteger();

  record SendArgs(long order) implements JobArgs {
    @Override
    public String kind() {
      return "send";
    }
  }

  @Override
  public void prepare(DataSource database) {
    PREPARED.incrementAndGet();
    dsl(database).execute("CREATE TABLE orders (id bigint PRIMARY KEY, sent boolean NOT NULL)");
    dsl(database).execute("INSERT INTO orders VALUES (7, false)");
  }

  @Override
  public void configure(RiverClientBuilder client, DataSource database) {
    client.workers(workers(database)).queue("default", 2);
  }

  static Workers workers(DataSource database) {
    return new Workers()
        .add(
            SendArgs.class,
            (job, context) -> {
              send(database, job.args().order());
              return WorkResult.completed();
            });
  }

  static boolean isSent(DSLContext dsl, long order) {
    return dsl.fetchExists(
        DSL.table("orders"), DSL.condition("id = {0} and sent", DSL.inline(order)));
  }

  private static void send(DataSource database, long order) {
    dsl(database).execute("UPDATE orders SET sent = true WHERE id = ?", order);
  }

  private static DSLContext dsl(DataSource database) {
    return DSL.using(database, SQLDialect.POSTGRES);
  }
}
