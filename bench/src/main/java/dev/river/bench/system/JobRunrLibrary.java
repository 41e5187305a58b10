package dev.river.bench.system;

import static org.jobrunr.server.BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration;

import com.zaxxer.hikari.HikariDataSource;
import dev.river.bench.client.JobBody;
import dev.river.bench.client.Library;
import dev.river.bench.client.Payload;
import java.time.Duration;
import java.util.List;
import org.jobrunr.jobs.mappers.JobMapper;
import org.jobrunr.scheduling.JobRequestScheduler;
import org.jobrunr.server.BackgroundJobServer;
import org.jobrunr.server.JobActivator;
import org.jobrunr.storage.StorageProvider;
import org.jobrunr.storage.StorageProviderUtils.DatabaseOptions;
import org.jobrunr.storage.sql.common.SqlStorageProviderFactory;
import org.jobrunr.utils.mapper.jackson.JacksonJsonMapper;
import org.jspecify.annotations.Nullable;

/** A client of JobRunr: one that only enqueues, until it is started. */
final class JobRunrLibrary implements Library {
  private final HikariDataSource pool;
  private final Settings settings;
  private final StorageProvider storage;
  private final JacksonJsonMapper json = new JacksonJsonMapper();
  private final JobRequestScheduler scheduler;
  private @Nullable BackgroundJobServer server;

  /**
   * Creates it.
   *
   * @param pool its connections, which it closes
   * @param settings how it is tuned
   */
  JobRunrLibrary(HikariDataSource pool, Settings settings) {
    this.pool = pool;
    this.settings = settings;
    this.storage = SqlStorageProviderFactory.using(pool, null, DatabaseOptions.SKIP_CREATE);
    this.storage.setJobMapper(new JobMapper(json));
    this.scheduler = new JobRequestScheduler(storage);
  }

  @Override
  public void insert(Payload job) {
    scheduler.enqueue(JobRunrRequest.of(job));
  }

  @Override
  public void insertAll(List<Payload> jobs) {
    scheduler.enqueue(jobs.stream().map(JobRunrRequest::of));
  }

  @Override
  public void start(int workers, JobBody body) {
    BackgroundJobServer started =
        new BackgroundJobServer(
            storage,
            json,
            new Activator(new JobRunrHandler(body)),
            usingStandardBackgroundJobServerConfiguration()
                .andWorkerCount(workers)
                .andPollInterval(Duration.ofSeconds(settings.number("pollSeconds"))));
    started.start();
    server = started;
  }

  @Override
  public void stop() {
    BackgroundJobServer running = server;
    if (running != null) {
      server = null;
      running.stop();
    }
  }

  @Override
  public void close() {
    stop();
    storage.close();
    pool.close();
  }

  /** Gives JobRunr the handler, as a container would. */
  private record Activator(JobRunrHandler handler) implements JobActivator {
    @Override
    public <T> T activateJob(Class<T> type) {
      return type.cast(handler);
    }
  }
}
