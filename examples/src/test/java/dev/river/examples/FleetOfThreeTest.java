package dev.river.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.test.postgres.TestDatabase;
import dev.river.test.postgres.TestPostgres;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

class FleetOfThreeTest {
  @Test
  @Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
  void runsAJobAgainWhoseProcessWasKilled() throws Exception {
    try (TestDatabase database = TestPostgres.shared().createEmptyDatabase();
        ChildJvm program = ChildJvm.start(FleetOfThree.class, database.url())) {
      assertThat(program.awaitEnd().stream().filter(line -> !line.contains(" WARN ")))
          .containsExactly(
              "one is working",
              "Our Holidays, attempt 1: rendering",
              "two is working",
              "three is working",
              "members: [one, two, three]",
              "killing one",
              "members: [two, three]",
              "job 1 is completed after 2 of 25 attempts, errors: Stuck job rescued by JobRescuer");
      assertThat(program.exitValue()).isZero();
    }
  }
}
