package dev.river.test.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * Stops a server that runs as a process of this machine, and deletes its data, after this JVM has
 * ended, however that came about. Not in a shutdown hook: hooks run at the same time, and what
 * other hooks close still has connections to the server, such as the contexts of Spring's tests.
 *
 * <p>A process watches the JVM by a pipe, which breaks when the JVM ends.
 */
final class EndOfJvm implements AutoCloseable {
  /** What a terminal sends to all its processes must not end this one first. */
  private static final String WATCH =
      """
      trap '' HUP INT TERM
      cat
      if read -r pid < "$0/postmaster.pid"; then
        kill -INT "$pid"
        tries=0
        while [ -e "$0/postmaster.pid" ] && [ $tries -lt 600 ]; do
          sleep 0.1
          tries=$((tries + 1))
        done
      fi
      rm -rf "$0"
      """;

  private final Process watch;

  private EndOfJvm(Process watch) {
    this.watch = watch;
  }

  /** {@return whether there is a shell here, which it takes} */
  static boolean canBeWatched() {
    return Path.of("/bin/sh").toFile().canExecute();
  }

  /**
   * Begins to watch.
   *
   * @param data the directory of the server's data, of nothing else
   */
  static EndOfJvm watch(Path data) throws IOException {
    // Whoever reads the output of this JVM to its end also waits for that of the server.
    return new EndOfJvm(
        new ProcessBuilder("/bin/sh", "-c", WATCH, data.toAbsolutePath().toString())
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start());
  }

  /** Stops the server now, and deletes its data. */
  @Override
  public void close() {
    try {
      watch.getOutputStream().close();
      watch.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException("the embedded PostgreSQL did not stop", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the embedded PostgreSQL ended", e);
    }
  }
}
