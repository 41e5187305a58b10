package dev.river.bench.system;

import dev.river.bench.client.JobClient;
import dev.river.bench.client.JvmClient;
import dev.river.bench.postgres.BenchDatabase;
import java.util.List;
import java.util.Optional;
import org.jobrunr.storage.sql.common.SqlStorageProviderFactory;

/** JobRunr, the open source edition, with job requests. */
public final class JobRunrSystem implements JobSystem {
  private final Settings settings = Settings.of("jobrunr");

  @Override
  public Settings settings() {
    return settings;
  }

  @Override
  public Optional<String> lack(Ability ability) {
    return switch (ability) {
      case COPIES -> Optional.of("does not use COPY");
      case WAKE_UPS -> Optional.of("tells nobody of new jobs");
      case PICKS_UP, PARALLEL_JOBS, QUIET_INSERTS -> Optional.empty();
    };
  }

  @Override
  public List<History> histories() {
    return List.of(History.KEPT);
  }

  @Override
  public void createSchema(BenchDatabase database) {
    SqlStorageProviderFactory.using(database.dataSource()).close();
  }

  @Override
  public String unfinished() {
    return "SELECT EXISTS (SELECT FROM jobrunr_jobs WHERE state = 'PROCESSING')"
        + " OR EXISTS (SELECT FROM jobrunr_jobs WHERE state = 'ENQUEUED')";
  }

  @Override
  public Optional<JobTable> table() {
    return Optional.of(new JobTable("public", "jobrunr_jobs", "gen_random_uuid()::text"));
  }

  @Override
  public JobClient open(String url, ClientOptions options) {
    int connections = settings.number("connections") + options.inserters();
    return new JvmClient(() -> new JobRunrLibrary(BenchDatabase.pool(url, connections), settings));
  }
}
