package dev.river.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.test.postgres.TestDatabase;
import dev.river.test.postgres.TestPostgres;
import java.util.List;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

class GracefulShutdownTest {
  private static final int TERMINATED = 128 + 15;

  private static final String[] ENDING = {
    "stopping",
    "job 1: the label for 10 Elm Street is printed",
    "job 2: interrupted",
    "job 1 is completed after 1 of 25 attempts, errors: none",
    "job 2 is available after 0 of 25 attempts, errors: none"
  };

  @Test
  @Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
  void sigtermLetsAShortJobEndAndPutsALongOneBack() throws Exception {
    try (TestDatabase database = TestPostgres.shared().createEmptyDatabase();
        ChildJvm program = ChildJvm.start(GracefulShutdown.class, database.url())) {
      program.awaitLine("two jobs are running");
      program.terminate();

      assertThat(program.awaitEnd().stream().skip(1)).containsExactly(ENDING);
      assertThat(program.exitValue()).isEqualTo(TERMINATED);
      assertThat(jobsIn(database)).isEqualTo("1 label completed 1, 2 film available 0");
    }
  }

  @Test
  @Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
  void rehearsesItOnAnEmbeddedServer() throws Exception {
    try (ChildJvm program = ChildJvm.start(GracefulShutdown.class, "")) {
      List<String> lines = program.awaitEnd();

      assertThat(lines.get(0)).startsWith("two jobs are running");
      assertThat(lines.get(1)).isEqualTo("sending SIGTERM");
      assertThat(lines.stream().skip(2)).containsExactly(ENDING);
      assertThat(program.exitValue()).isZero();
    }
  }

  private static String jobsIn(TestDatabase database) {
    return String.valueOf(
        DSL.using(database.dataSource(), SQLDialect.POSTGRES)
            .fetchValue(
                """
                SELECT string_agg(concat_ws(' ', id, kind, state, attempt), ', ' ORDER BY id)
                FROM river_examples.river_job
                """));
  }
}
