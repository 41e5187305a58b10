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
 * and stored at a time is bounded by its size, too, so that each job is worked, and once only.
 */
@Timeout(600)
class SmallHeapTest {
  private static final Duration PATIENCE = Duration.ofMinutes(8);

  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  @TempDir Path directory;

  @Test
  void largeArgs() throws Exception {
    insert(12, "read", "jsonb_build_object('data', repeat('x', 40000000))", "NULL", 0);

    worksAll(12, "-Xmx256m", 1);
  }

  @Test
  void manyStoredErrors() throws Exception {
    insert(
        1_000,
        "read",
        "'{\"data\": \"\"}'",
        """
        (SELECT array_agg(jsonb_build_object('at', now(), 'attempt', a, 'error', 'failed', 'trace',
           repeat(md5(n::text), 1000))) FROM generate_series(1, 20) AS a)
        """,
        20);

    worksAll(1_000, "-Xmx256m", 21);
    assertThat(count("state = 'completed' AND cardinality(errors) = 20")).isEqualTo(1_000);
  }

  @Test
  void largeOutputs() throws Exception {
    insert(9, "write", "'{\"megabytes\": 30}'", "NULL", 0);

    worksAll(9, "-Xmx1g", 1);
    assertThat(count("length(metadata->>'output') = 30 * 1024 * 1024")).isEqualTo(9);
  }

  @Test
  void manyOutputs() throws Exception {
    insert(60, "write", "'{\"megabytes\": 4}'", "NULL", 0);

    worksAll(60, "-Xmx1g", 1);
    assertThat(count("length(metadata->>'output') = 4 * 1024 * 1024")).isEqualTo(60);
  }

  private void insert(int jobs, String kind, String args, String errors, int attempt) {
    river
        .dsl()
        .execute(
            "INSERT INTO river_job (kind, max_attempts, attempt, args, errors)"
                + " SELECT '%s', 25, %s, %s, %s FROM generate_series(1, %s) AS n"
                    .formatted(kind, attempt, args, errors, jobs));
  }

  private void worksAll(int jobs, String heap, int attempt) throws IOException {
    Path log = directory.resolve("log");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    heap,
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
