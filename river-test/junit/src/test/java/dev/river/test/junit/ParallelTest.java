package dev.river.test.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.RiverClient;
import dev.river.test.RiverAssertions;
import dev.river.test.junit.OrdersSetup.SendArgs;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many small tests, several of which run at a time. */
class ParallelTest {
  @ParameterizedTest
  @ValueSource(classes = {InDatabases.class, InTransactions.class})
  void twoHundredTestsDoNotMeet(Class<?> tests) {
    TestRun run = TestRun.inParallel(tests);

    assertThat(run.failures()).isEmpty();
    assertThat(run.succeeded()).isEqualTo(200);
  }

  private static void insertTheOnlyJob(RiverClient client, DSLContext dsl, int order) {
    client.insert(new SendArgs(order));
    assertThat(RiverAssertions.requireInserted(client, SendArgs.class).args().order())
        .isEqualTo(order);
    assertThat(dsl.fetchCount(DSL.table("river_job"))).isEqualTo(1);
  }

  @RiverTest(setup = OrdersSetup.class)
  static class InDatabases {
    @RepeatedTest(200)
    void hasTheOnlyJob(RepetitionInfo repetition, RiverClient client, DSLContext dsl) {
      insertTheOnlyJob(client, dsl, repetition.getCurrentRepetition());
    }
  }

  @RiverTest(setup = OrdersSetup.class, isolation = Isolation.TRANSACTION)
  static class InTransactions {
    @RepeatedTest(200)
    void hasTheOnlyJob(RepetitionInfo repetition, RiverClient client, DSLContext dsl) {
      insertTheOnlyJob(client, dsl, repetition.getCurrentRepetition());
    }
  }
}
