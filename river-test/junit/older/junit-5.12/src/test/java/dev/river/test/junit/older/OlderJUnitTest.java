package dev.river.test.junit.older;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.RiverClient;
import dev.river.job.JobArgs;
import dev.river.test.JobDrain;
import dev.river.test.RiverAssertions;
import dev.river.test.junit.Isolation;
import dev.river.test.junit.RiverExtension;
import dev.river.test.junit.RiverTest;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The extension on a JUnit that is older than the one it is compiled with. */
class OlderJUnitTest {
  private record SendArgs(long order) implements JobArgs {
    @Override
    public String kind() {
      return "send";
    }
  }

  @Test
  void runsOnTheVersionThatItIsAbout() {
    assertThat(Test.class.getPackage().getImplementationVersion())
        .isEqualTo(System.getProperty("river.test.junit"));
  }

  @Nested
  @RiverTest
  class WithADatabaseEach {
    private long first;

    @BeforeEach
    void insert(RiverClient client) {
      first = client.insert(new SendArgs(1)).id();
    }

    @RepeatedTest(2)
    void eachHasItsOwn(RiverClient client, DSLContext dsl) {
      assertThat(RiverAssertions.requireInserted(client, SendArgs.class).id()).isEqualTo(first);
      assertThat(dsl.fetchCount(DSL.table("river_job"))).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 8})
    void besideOtherParameters(long order, DSLContext dsl, RiverClient client) {
      client.insert(new SendArgs(order));

      assertThat(dsl.fetchCount(DSL.table("river_job"))).isEqualTo(2);
    }
  }

  @Nested
  @RiverTest(isolation = Isolation.TRANSACTION)
  class WithATransactionEach {
    @RepeatedTest(2)
    void leavesNothingBehind(RiverClient client, DSLContext dsl) {
      assertThat(dsl.fetchCount(DSL.table("river_job"))).isZero();
      client.insert(new SendArgs(7));

      assertThat(RiverAssertions.requireInserted(client, SendArgs.class).args().order())
          .isEqualTo(7);
    }
  }

  @Nested
  class WithTheExtensionItself {
    @RegisterExtension
    static final RiverExtension RIVER =
        RiverExtension.builder()
            .client(
                client ->
                    client
                        .queue("default", 1)
                        .workers(
                            new Workers()
                                .add(SendArgs.class, (job, context) -> WorkResult.completed())))
            .build();

    @Test
    void worksJobs(RiverClient client) {
      client.insert(new SendArgs(7));

      assertThat(JobDrain.of(client).run().jobs()).hasSize(1);
    }
  }
}
