package dev.river.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.river.testing.RiverDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A hundred workers, and far more in their queue than their process has memory for: what is claimed
 * at a time is bounded by its size, too, so that each job is worked, and once only.
 */
@Timeout(600)
class SmallHeapTest {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  @TempDir Path directory;

  @Test
  void largeArgs() throws Exception {
    insert(12, "jsonb_build_object('data', repeat('x', 40000000))", "NULL", 0);

    worksAll(12, 1);
  }

  @Test
  void manyStoredErrors() throws Exception {
    insert(
        1_000,
        "'{\"data\": \"\"}'",
        """
        (SELECT array_agg(jsonb_build_object('at', now(), 'attempt', a, 'error', 'failed', 'trace',
           repeat(md5(n::text), 1000))) FROM generate_series(1, 20) AS a)
        """,
        20);

    worksAll(1_000, 21);
    assertThat(count("state = 'completed' AND cardinality(errors) = 20")).isEqualTo(1_000);
  }

  private void insert(int jobs, String args, String errors, int attempt) {
    river
        .dsl()
        .execute(
            "INSERT INTO river_job (kind, max_attempts, attempt, args, errors)"
                + " SELECT 'read', 25, %s, %s, %s FROM generate_series(1, %s) AS n"
                    .formatted(attempt, args, errors, jobs));
  }

  private void worksAll(int jobs, int attempt) throws IOException {
    Path log = directory.resolve("log");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    SmallHeapProgram.class.getName(),
                    river.url()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(100))
          .untilAsserted(
              () ->
                  assertThat(count("state = 'completed' AND attempt = %s".formatted(attempt)))
                      .as("completed, with the process's log in %s", log)
                      .isEqualTo(jobs));
    } finally {
      process.destroyForcibly();
    }
  }

  private int count(String condition) {
    return river
        .dsl()
        .fetchSingle("SELECT count(*) FROM river_job WHERE " + condition)
        .get(0, Integer.class);
  }
}
