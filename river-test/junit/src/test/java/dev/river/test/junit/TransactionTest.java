package dev.river.test.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.RiverClient;
import dev.river.error.DatabaseException;
import dev.river.job.Insert;
import dev.river.test.JobDrain;
import dev.river.test.RiverAssertions;
import dev.river.test.junit.OrdersSetup.SendArgs;
import java.sql.Connection;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

@RiverTest(setup = OrdersSetup.class, isolation = Isolation.TRANSACTION)
class TransactionTest {
  @RepeatedTest(3)
  void leavesNothingBehind(RiverClient client, DSLContext dsl) {
    assertThat(dsl.fetchCount(DSL.table("river_job"))).isZero();
    client.insert(new SendArgs(7));
    client.insertManyFast(Stream.of(Insert.of(new SendArgs(8)), Insert.of(new SendArgs(9))));
    dsl.transaction(tx -> tx.dsl().execute("DROP TABLE orders"));

    assertThat(dsl.fetchCount(DSL.table("river_job"))).isEqualTo(3);
  }

  @Test
  void worksJobsInItsTransaction(RiverClient client, DSLContext dsl) {
    client.insert(new SendArgs(7));

    assertThat(JobDrain.of(client).run().jobs()).hasSize(1);
    assertThat(OrdersSetup.isSent(dsl, 7)).isTrue();
  }

  @Test
  void undoesWhatTheCodeUnderTestRollsBack(RiverClient client, DSLContext dsl) {
    client.insert(new SendArgs(1));
    assertThatThrownBy(
            () ->
                dsl.transaction(
                    tx -> {
                      client.insertTx(tx.dsl(), new SendArgs(2));
                      throw new IllegalStateException("no");
                    }))
        .hasMessage("no");

    assertThat(RiverAssertions.requireInserted(client, SendArgs.class).args().order()).isEqualTo(1);
  }

  @Test
  void goesOnAfterAStatementThatFails(RiverClient client, DSLContext dsl) {
    assertThatThrownBy(() -> dsl.execute("INSERT INTO orders VALUES (7, true)"))
        .isInstanceOf(DataAccessException.class);

    client.insert(new SendArgs(7));
    assertThat(dsl.fetchCount(DSL.table("river_job"))).isEqualTo(1);
  }

  @Test
  void refusesASecondConnectionWhileOneIsInATransaction(RiverClient client, DSLContext dsl) {
    dsl.transaction(
        tx ->
            assertThatThrownBy(() -> client.insert(new SendArgs(7)))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("in a transaction already"));

    assertThat(dsl.fetchCount(DSL.table("river_job"))).isZero();
  }

  @Test
  void doesNotStartAClient(RiverClient client) {
    assertThatThrownBy(client::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "this client can't be started: with isolation TRANSACTION a test has one connection,"
                + " and a running client needs several. Work its jobs with JobDrain, or use"
                + " @RiverTest(isolation = Isolation.DATABASE)");
  }

  @Test
  void closesWhatTheTestLeavesOpen(RiverClient client, DataSource dataSource) throws Exception {
    Connection left = dataSource.getConnection();
    left.setAutoCommit(false);
    client.insertManyTx(left, List.of(Insert.of(new SendArgs(1)), Insert.of(new SendArgs(2))));
    assertThat(left.isClosed()).isFalse(); // how the test ends shows the rest
  }
}
