package dev.river.bench.system;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.river.bench.client.JobClient;
import dev.river.bench.client.ProcessClient;
import dev.river.bench.postgres.BenchDatabase;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A framework for Node: its clients are processes. */
final class NodeSystem implements JobSystem {
  private final String name;
  private final History history;
  private final String unfinished;
  private final Settings settings;

  /**
   * Creates it.
   *
   * @param name its name, which is that of its package, its settings and its part of the driver
   * @param history what becomes of its jobs
   * @param unfinished a query for whether there are jobs that are not done
   */
  NodeSystem(String name, History history, String unfinished) {
    this.name = name;
    this.history = history;
    this.unfinished = unfinished;
    this.settings = Settings.of(name);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Map<String, String> settings() {
    return settings.all();
  }

  @Override
  public Optional<String> absence() {
    return NodeDrivers.installed().problem();
  }

  @Override
  public Optional<String> lack(Ability ability) {
    return switch (ability) {
      case COPIES -> Optional.of("does not use COPY");
      case QUIET_INSERTS -> settings.optional("lacks.quietInserts");
      case WAKE_UPS, BATCHES, SINGLE_INSERTS, PICKS_UP, PARALLEL_JOBS -> Optional.empty();
    };
  }

  @Override
  public List<History> histories() {
    return List.of(history);
  }

  @Override
  public int bestWorkers() {
    return settings.number("workers");
  }

  @Override
  public void createSchema(BenchDatabase database) {
    ObjectNode opening = opening("migrate", database.url());
    ProcessClient.open(NodeDrivers.installed().command(name), opening).close();
  }

  @Override
  public String unfinished() {
    return unfinished;
  }

  @Override
  public JobClient open(String url, ClientOptions options) {
    ObjectNode opening = opening("open", url);
    opening.set("options", options.json());
    return ProcessClient.open(NodeDrivers.installed().command(name), opening);
  }

  @Override
  public JobClient openProcess(String url, ClientOptions options) {
    return open(url, options);
  }

  private ObjectNode opening(String command, String url) {
    ObjectNode opening = ProcessClient.request(command).put("url", LibpqUrl.of(url));
    ObjectNode values = opening.putObject("settings");
    settings.all().forEach(values::put);
    return opening;
  }
}
