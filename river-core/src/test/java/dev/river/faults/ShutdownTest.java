package dev.river.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.river.RiverClient;
import dev.river.schema.enums.RiverJobState;
import dev.river.schema.tables.records.RiverJobRecord;
import dev.river.testing.RiverDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A client whose process is sent SIGTERM. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class ShutdownTest {
  private static final int TERMINATED = 128 + 15;

  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  @Test
  void aJobThatRunsMayEnd() throws Exception {
    long id = insert();
    try (Program program = start(Duration.ofHours(1))) {
      program.awaitLine("begun");

      program.terminate();
      program.awaitLine("ending");
      assertThat(river.row(id).getState()).isEqualTo(RiverJobState.running);
      program.process().outputWriter().append('\n').flush();

      assertThat(program.awaitEnd()).isEqualTo(TERMINATED);
    }
    assertThat(river.row(id).getState()).isEqualTo(RiverJobState.completed);
    assertThat(members()).isZero();
  }

  @Test
  void aJobThatTakesTooLongIsInterruptedAndPutBack() throws Exception {
    long id = insert();
    try (Program program = start(Duration.ofMillis(100))) {
      program.awaitLine("begun");

      program.terminate();

      assertThat(program.awaitEnd()).isEqualTo(TERMINATED);
    }
    RiverJobRecord row = river.row(id);
    assertThat(row.getState()).isEqualTo(RiverJobState.available);
    assertThat(row.getAttempt()).isZero();
    assertThat(members()).isZero();
  }

  private long insert() {
    return river.client(RiverClient.builder(river.dataSource())).insert(new EffectArgs(0)).id();
  }

  private int members() {
    return river.dsl().fetchSingle("SELECT count(*) FROM river_java_client").get(0, Integer.class);
  }

  private Program start(Duration patience) throws IOException {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx128m",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    ShutdownProgram.class.getName(),
                    river.url(),
                    patience.toString()))
            .redirectErrorStream(true)
            .start();
    return new Program(process, process.inputReader(UTF_8));
  }

  private record Program(Process process, BufferedReader output) implements AutoCloseable {
    void awaitLine(String expected) throws IOException {
      StringBuilder seen = new StringBuilder();
      String line = output.readLine();
      while (line != null && !line.equals(expected)) {
        seen.append(line).append('\n');
        line = output.readLine();
      }
      assertThat(line).as("the output, which was: %s", seen).isEqualTo(expected);
    }

    /** Sends SIGTERM. {@code Process.destroy()} would, but it closes the output too. */
    void terminate() {
      process.toHandle().destroy();
    }

    int awaitEnd() throws Exception {
      output.lines().forEach(ignored -> {});
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}
