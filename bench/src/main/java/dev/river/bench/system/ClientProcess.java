package dev.river.bench.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.river.bench.client.Answers;
import dev.river.bench.client.JobClient;
import dev.river.bench.client.ProcessClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A JVM that is one client of one framework. */
final class ClientProcess {
  private static final String LARGEST_HEAP = "-Xmx2g";

  private ClientProcess() {}

  /** Does what it is told on its input. */
  public static void main(String[] arguments) throws IOException {
    BufferedReader questions =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    new Answers(ClientProcess::open).run(questions, System.out);
    System.exit(0); // the threads of some frameworks would keep it alive
  }

  /** {@return a client in a new JVM} */
  static JobClient start(JobSystem system, String url, ClientOptions options) {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            LARGEST_HEAP,
            "-classpath",
            System.getProperty("java.class.path"),
            ClientProcess.class.getName());
    ObjectNode opening = ProcessClient.request("open").put("system", system.name()).put("url", url);
    opening.set("options", options.json());
    return ProcessClient.open(command, opening);
  }

  private static JobClient open(JsonNode opening) {
    return Systems.named(opening.path("system").asText())
        .open(opening.path("url").asText(), ClientOptions.of(opening.path("options")));
  }
}
