package dev.river.bench.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The other end: does in this process what {@link ProcessClient} asks for. For one thread. */
public final class Answers {
  private final Function<JsonNode, JobClient> open;
  private @Nullable JobClient opened;

  /**
   * Creates it.
   *
   * @param open makes the client, of the first question
   */
  public Answers(Function<JsonNode, JobClient> open) {
    this.open = open;
  }

  /** Answers until there are no questions any more. */
  public void run(BufferedReader questions, PrintStream answers) throws IOException {
    for (String line = questions.readLine(); line != null; line = questions.readLine()) {
      answers.println(answer(line));
      answers.flush();
    }
  }

  private ObjectNode answer(String line) throws IOException {
    JsonNode question = Wire.MAPPER.readTree(line);
    try {
      return answer(question.path("command").asText(), question);
    } catch (RuntimeException e) {
      return Wire.object().put("error", e.toString());
    }
  }

  private ObjectNode answer(String command, JsonNode question) {
    ObjectNode answer = Wire.object();
    switch (command) {
      case "clock" -> answer.put("time", Long.toString(System.nanoTime()));
      case "open" -> opened = open.apply(question);
      case "insert" -> answer = Wire.of(client().insert(Wire.insertion(question)));
      case "offer" -> answer.put("commits", Wire.text(client().offer(Wire.load(question))));
      case "start" -> client().start(Wire.work(question));
      case "started" ->
          answer.put("count", client().started()).put("firstTime", text(client().firstStartedAt()));
      case "startedAt" ->
          answer.put("time", text(client().startedAt(question.path("number").asLong())));
      case "startTimes" -> answer.put("times", Wire.text(client().startTimes()));
      case "release" -> client().release();
      case "stop" -> client().stop();
      case "disconnect" -> client().disconnect();
      case "heap" -> answer.put("bytes", client().heapInUse());
      default -> throw new IllegalArgumentException("unknown command: " + command);
    }
    return answer;
  }

  private JobClient client() {
    JobClient client = opened;
    if (client == null) {
      throw new IllegalStateException("the first command must be open");
    }
    return client;
  }

  private static String text(OptionalLong time) {
    return Long.toString(time.orElse(0));
  }
}
