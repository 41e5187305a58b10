package dev.river.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A running {@link FleetMemberProgram}. */
final class FleetMemberProcess implements AutoCloseable {
  private final String id;
  private final Process process;

  private FleetMemberProcess(String id, Process process) {
    this.id = id;
    this.process = process;
  }

  /** Starts one, and returns when it works jobs. */
  static FleetMemberProcess start(String id, String url, Path log) {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            FleetMemberProgram.class.getName(),
            url,
            id);
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      BufferedReader output = process.inputReader(UTF_8);
      String line = output.readLine();
      while (line != null && !line.equals("started")) {
        line = output.readLine();
      }
      if (line == null) {
        throw new IllegalStateException("process %s did not start, see %s".formatted(id, log));
      }
      Thread.ofVirtual().start(() -> output.lines().forEach(ignored -> {}));
      return new FleetMemberProcess(id, process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String id() {
    return id;
  }

  /** Ends it without a word. */
  void kill() {
    signal("KILL");
  }

  /** Suspends it, as a long garbage collection or a snapshot of its machine would. */
  void suspend() {
    signal("STOP");
  }

  void resume() {
    signal("CONT");
  }

  /** Lets it stop, and returns when it has. */
  @Override
  public void close() {
    resume();
    try {
      process.outputWriter().close();
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException("process %s did not stop".formatted(id));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
