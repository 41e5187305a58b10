package dev.river.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;

/**
 * Runs a program in a process of its own and sends it SIGTERM when it is ready, so that it can be
 * seen how it ends while its database goes on.
 */
final class Rehearsal {
  private Rehearsal() {}

  static void run(Class<?> program, String ready, ExampleDatabase database, PrintStream out)
      throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessBuilder builder =
        new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), program.getName());
    builder.environment().put(ExampleDatabase.VARIABLE, database.url());
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader output = process.inputReader(UTF_8)) {
      String line;
      while ((line = output.readLine()) != null) {
        out.println(line);
        if (line.startsWith(ready)) {
          out.println("sending SIGTERM");
          process.toHandle().destroy();
        }
      }
      process.waitFor();
    } finally {
      process.destroyForcibly();
    }
  }
}
