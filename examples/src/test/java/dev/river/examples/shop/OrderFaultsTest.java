package dev.river.examples.shop;

import static dev.river.test.RiverAssertions.requireInserted;
import static dev.river.test.RiverAssertions.requireNotInserted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.RiverClient;
import dev.river.event.EventKind;
import dev.river.event.Subscription;
import dev.river.test.TestClock;
import dev.river.test.fault.Fault;
import dev.river.test.fault.FaultyDataSource;
import dev.river.test.junit.RiverTest;
import dev.river.work.Workers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;

@RiverTest(setup = ShopSetup.class)
class OrderFaultsTest {
  @Test
  void storesAllOrNothingWhenTheConnectionIsLostAtTheCommit(
      DataSource database, RiverClient client, TestClock clock, DSLContext dsl) {
    FaultyDataSource faults = FaultyDataSource.around(database);
    OrderService service = new OrderService(faults, client, clock);

    faults.loseConnectionAtCommit().beforeTheCommit();
    assertThatThrownBy(() -> service.place("kite", "ada@example.org"));
    requireNotInserted(dsl, ReceiptArgs.class);

    faults.loseConnectionAtCommit().afterTheCommit();
    assertThatThrownBy(() -> service.place("kite", "ada@example.org"));
    requireInserted(dsl, ReceiptArgs.class);
    assertThat(dsl.fetchCount(DSL.table("orders"))).isEqualTo(1);
  }

  @Test
  void sendsOneReceiptAlthoughItsCompletionFailsOnce(DataSource database) throws Exception {
    FaultyDataSource faults = FaultyDataSource.around(database);
    List<String> sent = new CopyOnWriteArrayList<>();
    Workers workers = new Workers().add(new ReceiptWorker((to, subject) -> sent.add(to)));
    try (RiverClient client =
            RiverClient.builder(faults).workers(workers).queue("default", 1).build();
        Subscription completed = client.subscribe(EventKind.JOB_COMPLETED)) {
      Fault fault = faults.failCompletion().refused();
      client.start();

      client.insert(new ReceiptArgs(7, "ada@example.org"));

      assertThat(completed.poll(Duration.ofSeconds(30))).isPresent();
      assertThat(fault.hasHappened()).isTrue();
      assertThat(sent).containsExactly("ada@example.org");
    }
  }
}
