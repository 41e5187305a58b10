package dev.river.bench.system;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.serializer.JacksonSerializer;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariDataSource;
import dev.river.bench.client.Failures;
import dev.river.bench.client.JobBody;
import dev.river.bench.client.Library;
import dev.river.bench.client.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A client of db-scheduler: one that only schedules, until it is started. */
final class DbSchedulerLibrary implements Library {
  private static final String TASK = "bench";

  private final HikariDataSource pool;
  private final Settings settings;
  private volatile SchedulerClient client;
  private volatile @Nullable Scheduler scheduler;

  /**
   * Creates it.
   *
   * @param pool its connections, which it closes
   * @param settings how it is tuned
   */
  DbSchedulerLibrary(HikariDataSource pool, Settings settings) {
    this.pool = pool;
    this.settings = settings;
    this.client = insertOnly();
  }

  private SchedulerClient insertOnly() {
    return SchedulerClient.Builder.create(pool, task(number -> {}))
        .serializer(new JacksonSerializer())
        .build();
  }

  @Override
  public void insert(Payload job) {
    client.scheduleIfNotExists(instance(job), Instant.now());
  }

  @Override
  public void insertAll(List<Payload> jobs) {
    List<TaskInstance<?>> instances = jobs.stream().<TaskInstance<?>>map(this::instance).toList();
    client.scheduleBatch(instances, Instant.now());
  }

  @Override
  public void start(int workers, JobBody body) {
    Scheduler started =
        Scheduler.create(pool, task(body))
            .serializer(new JacksonSerializer())
            .schedulerName(new SchedulerName.Fixed(UUID.randomUUID().toString()))
            .threads(workers)
            .executorService(executor(workers))
            .pollUsingLockAndFetch(settings.fraction("lowerLimit"), settings.fraction("upperLimit"))
            .pollingInterval(Duration.ofMillis(settings.number("pollMillis")))
            .enableImmediateExecution()
            .shutdownMaxWait(Duration.ofMinutes(1))
            .build();
    started.start();
    scheduler = started;
    client = started;
  }

  @Override
  public void stop() {
    Scheduler running = scheduler;
    if (running != null) {
      scheduler = null;
      running.stop();
      client = insertOnly();
    }
  }

  @Override
  public void close() {
    stop();
    pool.close();
  }

  private TaskInstance<Payload> instance(Payload job) {
    return new TaskInstance<>(TASK, Long.toString(job.number()), job);
  }

  private static OneTimeTask<Payload> task(JobBody body) {
    return Tasks.oneTime(TASK, Payload.class)
        .execute(
            (instance, context) -> Failures.unchecked(() -> body.run(instance.getData().number())));
  }

  private static ExecutorService executor(int workers) {
    return Executors.newFixedThreadPool(workers, Thread.ofVirtual().factory());
  }
}
