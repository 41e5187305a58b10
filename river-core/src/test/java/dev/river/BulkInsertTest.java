package dev.river;

import static dev.river.schema.Tables.RIVER_JOB;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.river.testing.RiverDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;

class BulkInsertTest {
  private static final int JOBS = 1_000_000;

  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  @Test
  @Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
  void aMillionJobsGoThroughLittleMemoryInOneCall() throws Exception {
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                BulkInsertProgram.class.getName(),
                river.url(),
                Integer.toString(JOBS))
            .redirectErrorStream(true)
            .start();
    List<String> output;
    try (var reader = program.inputReader(UTF_8)) {
      output = reader.lines().toList();
    } finally {
      program.destroy();
    }

    assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(output).singleElement().asString().startsWith(JOBS + " jobs with 268435456 bytes");
    assertThat(river.dsl().fetchCount(RIVER_JOB)).isEqualTo(JOBS);
  }
}
