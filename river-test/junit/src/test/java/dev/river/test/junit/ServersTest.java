package dev.river.test.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.test.postgres.ServerKind;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.condition.EnabledIf;
import org.testcontainers.DockerClientFactory;

/** The servers that an annotation may ask for. */
class ServersTest {
  @Test
  @EnabledIf("isDockerThere")
  void runsTestsInAContainer() {
    TestRun run = TestRun.inParallel(InAContainer.class);

    assertThat(run.failures()).isEmpty();
    assertThat(run.succeeded()).isEqualTo(2);
  }

  @Test
  @DisabledIf("isDockerThere")
  void saysWhyThereIsNoContainer() {
    assertThat(TestRun.of(InAContainer.class).failures())
        .hasSize(2)
        .allSatisfy(
            failure ->
                assertThat(failure)
                    .hasMessageContaining("no database for this test: a container of postgres:18")
                    .hasMessageContaining("did not start, which takes a running Docker")
                    .hasMessageContaining("ServerKind.AUTO"));
  }

  @Test
  void findsAServerWhereverItRuns() {
    TestRun run = TestRun.inParallel(Anywhere.class);

    assertThat(run.failures()).isEmpty();
    assertThat(run.succeeded()).isEqualTo(2);
  }

  static boolean isDockerThere() {
    return DockerClientFactory.instance().isDockerAvailable();
  }

  @RiverTest(server = ServerKind.TESTCONTAINERS)
  static class InAContainer {
    @RepeatedTest(2)
    void hasNoJobs(DSLContext dsl) {
      assertThat(dsl.fetchCount(DSL.table("river_job"))).isZero();
    }
  }

  @RiverTest(server = ServerKind.AUTO)
  static class Anywhere {
    @RepeatedTest(2)
    void hasNoJobs(DSLContext dsl) {
      assertThat(dsl.fetchCount(DSL.table("river_job"))).isZero();
    }
  }
}
