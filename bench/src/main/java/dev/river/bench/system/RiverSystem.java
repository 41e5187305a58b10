package dev.river.bench.system;

import dev.river.bench.client.JobClient;
import dev.river.bench.client.JvmClient;
import dev.river.bench.postgres.BenchDatabase;
import dev.river.db.RiverMigrator;
import java.util.List;
import java.util.Optional;

/** River for Java, as its users use it. */
public final class RiverSystem implements JobSystem {
  static final String UNFINISHED =
      "SELECT EXISTS (SELECT FROM river_job WHERE state = 'running' AND attempted_at IS NOT NULL)"
          + " OR EXISTS (SELECT FROM river_job WHERE state = 'available')";

  static final JobTable TABLE = new JobTable("public", "river_job", "");

  private final Settings settings = Settings.of("river");

  @Override
  public Settings settings() {
    return settings;
  }

  @Override
  public List<History> histories() {
    return List.of(History.KEPT, History.DELETED);
  }

  @Override
  public void createSchema(BenchDatabase database) {
    RiverMigrator.builder(database.dataSource()).build().migrate();
  }

  @Override
  public String unfinished() {
    return UNFINISHED;
  }

  @Override
  public Optional<JobTable> table() {
    return Optional.of(TABLE);
  }

  @Override
  public Optional<String> channel() {
    return Optional.of("current_schema() || '.river_insert'");
  }

  @Override
  public Optional<Fleet> fleet(String url, int clients) {
    return Optional.of(new RiverFleet(url, clients));
  }

  @Override
  public JobClient open(String url, ClientOptions options) {
    int connections = settings.number("connections") + options.inserters();
    return new JvmClient(() -> new RiverLibrary(BenchDatabase.pool(url, connections), options));
  }
}
