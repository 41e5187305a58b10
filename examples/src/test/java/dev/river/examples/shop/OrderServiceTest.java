package dev.river.examples.shop;

import static dev.river.test.JobsAssert.assertThat;
import static dev.river.test.RiverAssertions.jobs;
import static dev.river.test.RiverAssertions.requireInserted;
import static dev.river.test.RiverAssertions.requireManyInserted;
import static dev.river.test.RiverAssertions.requireNotInserted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.RiverClient;
import dev.river.job.Job;
import dev.river.job.JobState;
import dev.river.test.ExpectedJob;
import dev.river.test.TestClock;
import dev.river.test.junit.RiverTest;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.Test;

@RiverTest(setup = ShopSetup.class)
class OrderServiceTest {
  private final OrderService service;

  OrderServiceTest(DataSource database, RiverClient client, TestClock clock) {
    service = new OrderService(database, client, clock);
  }

  @Test
  void insertsAReceiptWithTheOrder(DSLContext dsl) {
    long order = service.place("kite", "ada@example.org");

    Job<ReceiptArgs> receipt = requireInserted(dsl, ReceiptArgs.class);
    assertThat(receipt.args()).isEqualTo(new ReceiptArgs(order, "ada@example.org"));
  }

  @Test
  void insertsNothingForAnOrderThatFails(DSLContext dsl) {
    assertThatThrownBy(() -> service.place("yacht", "ada@example.org"))
        .isInstanceOf(DataAccessException.class)
        .hasMessageContaining("stock_pieces_check");

    requireNotInserted(dsl, ReceiptArgs.class);
  }

  @Test
  void asksLaterWhetherAllIsWell(DSLContext dsl) {
    long order = service.place("kite", "ada@example.org");

    requireManyInserted(
        dsl,
        ExpectedJob.of(new ReceiptArgs(order, "ada@example.org")),
        ExpectedJob.of(SurveyArgs.class).inState(JobState.SCHEDULED));
  }

  @Test
  void insertsAReceiptForEachOrder(DSLContext dsl) {
    service.place("kite", "ada@example.org");
    service.place("kite", "bob@example.org");

    assertThat(jobs(dsl))
        .ofKind(ReceiptArgs.class)
        .hasSize(2)
        .anySatisfy(job -> assertThat(job.args().email()).startsWith("bob"));
  }
}
