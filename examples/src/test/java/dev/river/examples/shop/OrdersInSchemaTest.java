package dev.river.examples.shop;

import static dev.river.test.RiverAssertions.inSchema;
import static dev.river.test.RiverAssertions.requireInserted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.river.RiverClient;
import dev.river.event.EventKind;
import dev.river.test.TestClock;
import dev.river.test.WorkerTester;
import dev.river.test.junit.RiverTest;
import dev.river.work.Workers;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.junit.jupiter.api.Test;

@RiverTest(setup = SchemaSetup.class)
class OrdersInSchemaTest {
  @Test
  void insertsAReceiptWithTheOrder(
      DataSource database, RiverClient client, TestClock clock, DSLContext dsl) {
    new OrderService(database, client, clock).place("kite", "ada@example.org");

    inSchema("river").requireInserted(dsl, ReceiptArgs.class);
    requireInserted(client, ReceiptArgs.class); // a client knows its schema
  }

  @Test
  void sendsAReceipt(DSLContext dsl) {
    Workers workers = new Workers().add(new ReceiptWorker((to, subject) -> {}));
    WorkerTester tester =
        WorkerTester.configuredBy(client -> client.schema("river").workers(workers));

    EventKind ended =
        dsl.transactionResult(
            tx -> tester.work(tx.dsl(), new ReceiptArgs(7, "ada@example.org")).kind());

    assertThat(ended).isEqualTo(EventKind.JOB_COMPLETED);
  }
}
