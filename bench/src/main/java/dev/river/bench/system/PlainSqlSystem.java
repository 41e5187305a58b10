package dev.river.bench.system;

import dev.river.bench.client.JobClient;
import dev.river.bench.client.JvmClient;
import dev.river.bench.postgres.BenchDatabase;
import dev.river.db.RiverMigrator;
import java.util.List;
import java.util.Optional;

/** River's tables without River: what the database itself can do. */
public final class PlainSqlSystem implements JobSystem {
  private static final String ONE_AFTER_ANOTHER = "runs one job after another";

  private final Settings settings = Settings.of("plain-sql");

  @Override
  public Settings settings() {
    return settings;
  }

  @Override
  public Optional<String> lack(Ability ability) {
    return switch (ability) {
      case PARALLEL_JOBS -> Optional.of(ONE_AFTER_ANOTHER);
      case PICKS_UP ->
          Optional.of("is no client: looks at the database without a rest or not at all");
      case WAKE_UPS -> Optional.of("tells nobody");
      case COPIES, QUIET_INSERTS -> Optional.empty();
    };
  }

  @Override
  public List<History> histories() {
    return List.of(History.KEPT, History.DELETED);
  }

  @Override
  public int bestWorkers() {
    return 1;
  }

  @Override
  public void createSchema(BenchDatabase database) {
    RiverMigrator.builder(database.dataSource()).build().migrate();
  }

  @Override
  public String unfinished() {
    return RiverSystem.UNFINISHED;
  }

  @Override
  public Optional<JobTable> table() {
    return Optional.of(RiverSystem.TABLE);
  }

  @Override
  public JobClient open(String url, ClientOptions options) {
    return new JvmClient(
        () ->
            new PlainSqlLibrary(
                BenchDatabase.pool(url, 2 + options.inserters()), settings, options.history()));
  }
}
