package dev.river.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.river.RiverClient;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.RiverDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A process whose {@code main} only starts a client. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class KeepAliveTest {
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  @Test
  void endsAtOnceByDefault() throws Exception {
    Process process = start(false);
    try (BufferedReader output = process.inputReader(UTF_8)) {
      assertThat(output.lines()).contains("main has ended");
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void goesOnUntilItsClientHasStoppedIfItIsTo() throws Exception {
    Process process = start(true);
    try (BufferedReader output = process.inputReader(UTF_8)) {
      List<String> lines = new ArrayList<>();
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        lines.add(line);
        if (line.equals("main has ended")) {
          break;
        }
      }
      long id =
          river.client(RiverClient.builder(river.dataSource())).insert(new EffectArgs(0)).id();

      assertThat(output.lines()).as("after %s", lines).contains("worked");
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
      assertThat(river.row(id).getState()).isEqualTo(RiverJobState.completed);
    } finally {
      process.destroyForcibly();
    }
  }

  private Process start(boolean keepAlive) throws IOException {
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                KeepAliveProgram.class.getName(),
                river.url(),
                String.valueOf(keepAlive)))
        .redirectErrorStream(true)
        .start();
  }
}
