package dev.river.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchTest {
  private static final int JOBS = 300;

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  @TempDir Path directory;

  @Test
  void worksAllJobsAndWritesWhatItHasFound() throws IOException {
    assertThat(drainOf("river,plain-sql").run()).isTrue();

    assertThat(printed.toString(UTF_8)).contains("jobs worked").contains("| river ");
    JsonNode drain = new ObjectMapper().readTree(file("results.json")).at("/measures/0");
    for (String framework : new String[] {"river", "plain-sql"}) {
      JsonNode found = drain.path("frameworks").path(framework);
      assertThat(found.at("/worked/median").asInt()).isEqualTo(JOBS);
      assertThat(found.at("/kept/rounds/0").asDouble()).isPositive();
      assertThat(found.at("/deleted/rounds/0").asDouble()).isPositive();
      assertThat(found.at("/wal/median").asDouble()).isPositive();
    }
    assertThat(file("results.md")).contains("| river ").contains("| plain-sql ");
    assertThat(file("results.svg"))
        .startsWith("<svg ")
        .contains(">plain-sql<")
        .endsWith("</svg>\n");
  }

  private Bench drainOf(String systems) {
    Options options =
        Options.parse(
            "--smoke",
            "--rounds",
            "1",
            "--systems",
            systems,
            "--measures",
            "drain",
            "--directory",
            directory.toString());
    return new Bench(options, new PrintStream(printed, true, UTF_8));
  }

  private String file(String name) throws IOException {
    return Files.readString(directory.resolve("bench").resolve(name));
  }
}
