package dev.river.bench;

import dev.river.bench.postgres.BenchServer;
import dev.river.bench.report.Environment;
import dev.river.bench.system.JobSystem;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Looks at what a run is made with. */
final class Environments {
  private static final long MEGABYTE = 1 << 20;

  private Environments() {}

  static Environment of(BenchServer server, List<JobSystem> systems, Options options) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    facts.put("scale", options.scale().name() + ", rounds: " + options.rounds());
    facts.put("java", Runtime.version().toString());
    facts.put(
        "system",
        String.format(
            Locale.ROOT,
            "%s %s, %s processors, at most %,d MB of heap",
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            Runtime.getRuntime().availableProcessors(),
            Runtime.getRuntime().maxMemory() / MEGABYTE));
    facts.put("server", server.description());
    Map<String, Map<String, String>> settings = new LinkedHashMap<>();
    systems.forEach(system -> settings.put(system.name(), system.settings().all()));
    return new Environment(facts, server.settings(), settings);
  }
}
