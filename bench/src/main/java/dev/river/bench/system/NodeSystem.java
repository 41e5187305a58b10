package dev.river.bench.system;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.river.bench.client.JobClient;
import dev.river.bench.client.ProcessClient;
import dev.river.bench.postgres.BenchDatabase;
import dev.river.bench.postgres.LibpqUrl;
import java.util.List;
import java.util.Optional;

/** A framework for Node: its clients are processes. */
final class NodeSystem implements JobSystem {
  private final Jobs jobs;
  private final Settings settings;

  /**
   * Creates it.
   *
   * @param name its name, which is that of its package, its settings and its part of the driver
   * @param jobs where its jobs are
   */
  NodeSystem(String name, Jobs jobs) {
    this.jobs = jobs;
    this.settings = Settings.of(name);
  }

  /**
   * Where a framework's jobs are.
   *
   * @param unfinished a query for whether there are jobs that are not done
   * @param table where those stay that are done, if they do
   * @param channel an expression for the channel on which it tells of new jobs
   */
  record Jobs(String unfinished, Optional<JobTable> table, String channel) {}

  @Override
  public Settings settings() {
    return settings;
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
      case WAKE_UPS, PICKS_UP, PARALLEL_JOBS -> Optional.empty();
    };
  }

  @Override
  public List<History> histories() {
    return List.of(jobs.table().isPresent() ? History.KEPT : History.DELETED);
  }

  @Override
  public void createSchema(BenchDatabase database) {
    ObjectNode opening = opening("migrate", database.url());
    ProcessClient.open(NodeDrivers.installed().command(name()), opening).close();
  }

  @Override
  public String unfinished() {
    return jobs.unfinished();
  }

  @Override
  public Optional<JobTable> table() {
    return jobs.table();
  }

  @Override
  public Optional<String> channel() {
    return Optional.of(jobs.channel());
  }

  @Override
  public JobClient open(String url, ClientOptions options) {
    ObjectNode opening = opening("open", url);
    opening.set("options", options.json());
    return ProcessClient.open(NodeDrivers.installed().command(name()), opening);
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
