package dev.river.bench;

import dev.river.bench.measure.Measure;
import dev.river.bench.postgres.BenchServer;
import dev.river.bench.report.Environment;
import dev.river.bench.report.JsonReport;
import dev.river.bench.report.Plot;
import dev.river.bench.report.Results;
import dev.river.bench.report.TextReport;
import dev.river.bench.system.JobSystem;
import dev.river.bench.system.Systems;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Compares River for Java with other job frameworks on one PostgreSQL: an embedded one, or the one
 * that the environment variable {@code DATABASE_URL} names. README.md says more.
 */
public final class Bench {
  private final Options options;
  private final PrintStream out;

  /**
   * Prepares it.
   *
   * @param options what is to be run
   * @param out is told what was found
   */
  Bench(Options options, PrintStream out) {
    this.options = options;
    this.out = out;
  }

  /**
   * Runs it.
   *
   * @param arguments see README.md
   */
  public static void main(String[] arguments) throws IOException {
    Options options;
    try {
      options = Options.parse(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    System.setProperty("river.bench.directory", options.directory().toString());
    // the threads of some frameworks would keep the JVM alive
    System.exit(new Bench(options, System.out).run() ? 0 : 1);
  }

  /** {@return whether nothing failed} */
  boolean run() throws IOException {
    List<Measure> measures = measures();
    List<JobSystem> systems = systems();
    try (BenchServer server = server()) {
      Environment environment = Environments.of(server, systems, options);
      out.println(environment.text());
      BenchRun run = new BenchRun(measures, systems, options, System.err);
      Results results = run.run(server.databases());
      String tables = tables(results);
      out.print(tables);
      write(environment, results, tables);
      run.failures().forEach(failure -> out.println("failed: " + failure));
      return run.failures().isEmpty();
    }
  }

  private static String tables(Results results) {
    StringBuilder text = new StringBuilder();
    results.topics().forEach(topic -> text.append(TextReport.table(results, topic)));
    return text.append(Systems.comparison().table(results)).toString();
  }

  private void write(Environment environment, Results results, String tables) throws IOException {
    Path directory = options.directory().resolve("bench");
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("results.md"), environment.text() + tables);
    Files.writeString(directory.resolve("results.json"), JsonReport.of(environment, results));
    Files.writeString(directory.resolve("results.svg"), Plot.of(results));
    out.printf("%nwritten to %s%n", directory);
  }

  private BenchServer server() {
    return Optional.ofNullable(System.getenv("DATABASE_URL"))
        .filter(url -> !url.isBlank())
        .map(BenchServer::existing)
        .orElseGet(() -> BenchServer.embedded(options.directory()));
  }

  private List<Measure> measures() {
    List<Measure> all = Catalog.measures(options.scale());
    List<String> chosen =
        Options.choose(
            options.measures(), all.stream().map(measure -> measure.topic().id()).toList());
    return all.stream().filter(measure -> chosen.contains(measure.topic().id())).toList();
  }

  private List<JobSystem> systems() {
    List<JobSystem> all = Systems.all();
    List<String> chosen =
        Options.choose(options.systems(), all.stream().map(JobSystem::name).toList());
    return all.stream().filter(system -> chosen.contains(system.name())).toList();
  }
}
