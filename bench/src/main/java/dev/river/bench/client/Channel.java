package dev.river.bench.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that is asked and answers, a line each. For one thread. */
final class Channel implements AutoCloseable {
  private static final int SECONDS_TO_END = 60;

  private final String name;
  private final Process process;
  private final BufferedWriter questions;
  private final BufferedReader answers;

  private Channel(String name, Process process) {
    this.name = name;
    this.process = process;
    this.questions = process.outputWriter(StandardCharsets.UTF_8);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /** {@return a channel to a new process, to be closed} What it complains of is passed on. */
  static Channel open(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      return new Channel(command.getLast(), process);
    } catch (IOException e) {
      throw new UncheckedIOException("can't start " + command, e);
    }
  }

  long pid() {
    return process.pid();
  }

  /**
   * {@return the answer}
   *
   * @throws IllegalStateException if it is that something has failed, or there is none
   */
  JsonNode ask(ObjectNode question) {
    String answer = answerTo(question.toString());
    try {
      JsonNode json = Wire.MAPPER.readTree(answer);
      if (json.has("error")) {
        throw new IllegalStateException("%s: %s".formatted(name, json.get("error").asText()));
      }
      return json;
    } catch (IOException e) {
      throw new UncheckedIOException("%s answered %s".formatted(name, answer), e);
    }
  }

  private String answerTo(String question) {
    try {
      questions.write(question);
      questions.newLine();
      questions.flush();
      String answer = answers.readLine();
      if (answer == null) {
        throw new IllegalStateException(name + " has ended");
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(name + " does not answer", e);
    }
  }

  /** The end of its input is the process's sign to end. */
  @Override
  public void close() {
    Failures.unchecked(
        () -> {
          questions.close();
          if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
            process.destroyForcibly();
          }
        });
  }
}
