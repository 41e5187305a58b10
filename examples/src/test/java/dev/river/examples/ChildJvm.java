package dev.river.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An example as a process of its own, with all that it writes to both outputs. */
final class ChildJvm implements AutoCloseable {
  private static final int SECONDS = 60;

  private final Process process;
  private final BufferedReader output;
  private final List<String> lines = new ArrayList<>();

  private ChildJvm(Process process) {
    this.process = process;
    this.output = process.inputReader(UTF_8);
  }

  /**
   * {@return the running process}
   *
   * @param databaseUrl the server that it is to use; empty for an embedded one
   */
  static ChildJvm start(Class<?> example, String databaseUrl, String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-Dstdout.encoding=UTF-8", "-cp", System.getProperty("java.class.path")));
    command.add(example.getName());
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put(ExampleDatabase.VARIABLE, databaseUrl);
    return new ChildJvm(builder.start());
  }

  /** Waits until it has written a line that begins so. */
  void awaitLine(String beginning) throws IOException {
    String line;
    while ((line = output.readLine()) != null) {
      lines.add(line);
      if (line.startsWith(beginning)) {
        return;
      }
    }
    throw new IllegalStateException("it ended without the line: %s".formatted(lines));
  }

  /** Sends SIGTERM. {@code Process.destroy()} would, but it closes the output too. */
  void terminate() {
    process.toHandle().destroy();
  }

  /** {@return all that it wrote, when it has ended} */
  List<String> awaitEnd() throws IOException, InterruptedException {
    output.lines().forEach(lines::add);
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("it still runs: %s".formatted(lines));
    }
    return lines;
  }

  int exitValue() {
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
