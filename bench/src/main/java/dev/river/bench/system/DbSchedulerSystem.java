package dev.river.bench.system;

import dev.river.bench.client.JobClient;
import dev.river.bench.client.JvmClient;
import dev.river.bench.postgres.BenchDatabase;
import java.util.List;
import java.util.Optional;

/** db-scheduler, with one-time tasks. */
public final class DbSchedulerSystem implements JobSystem {
  /** As its documentation has it, without the index for priorities. */
  private static final List<String> SCHEMA =
      List.of(
          """
          CREATE TABLE scheduled_tasks (
            task_name text NOT NULL,
            task_instance text NOT NULL,
            task_data bytea,
            execution_time timestamptz NOT NULL,
            picked boolean NOT NULL,
            picked_by text,
            last_success timestamptz,
            last_failure timestamptz,
            consecutive_failures int,
            last_heartbeat timestamptz,
            version bigint NOT NULL,
            priority smallint,
            PRIMARY KEY (task_name, task_instance)
          )""",
          "CREATE INDEX execution_time_idx ON scheduled_tasks (execution_time)",
          "CREATE INDEX last_heartbeat_idx ON scheduled_tasks (last_heartbeat)");

  private final Settings settings = Settings.of("db-scheduler");

  @Override
  public Settings settings() {
    return settings;
  }

  @Override
  public Optional<String> lack(Ability ability) {
    return switch (ability) {
      case COPIES -> Optional.of("does not use COPY");
      case WAKE_UPS -> Optional.of("tells nobody outside its own process of new jobs");
      case PICKS_UP, PARALLEL_JOBS, QUIET_INSERTS -> Optional.empty();
    };
  }

  @Override
  public List<History> histories() {
    return List.of(History.DELETED);
  }

  @Override
  public void createSchema(BenchDatabase database) {
    SCHEMA.forEach(database.sql()::execute);
  }

  @Override
  public String unfinished() {
    return "SELECT EXISTS (SELECT FROM scheduled_tasks)";
  }

  @Override
  public JobClient open(String url, ClientOptions options) {
    int connections = settings.number("connections") + options.inserters();
    String parameters = "&" + settings.text("urlParameters");
    return new JvmClient(
        () -> new DbSchedulerLibrary(BenchDatabase.pool(url + parameters, connections), settings));
  }
}
