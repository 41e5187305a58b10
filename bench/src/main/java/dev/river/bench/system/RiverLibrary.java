package dev.river.bench.system;

import com.zaxxer.hikari.HikariDataSource;
import dev.river.RiverClient;
import dev.river.bench.client.JobBody;
import dev.river.bench.client.Library;
import dev.river.bench.client.Payload;
import dev.river.job.Insert;
import dev.river.job.InsertOpts;
import dev.river.work.QueueConfig;
import dev.river.work.Retention;
import dev.river.work.WorkResult;
import dev.river.work.Worker;
import dev.river.work.Workers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** A client of River for Java: one that only inserts, until it is started. */
final class RiverLibrary implements Library {
  private static final String QUEUE = "default";
  private static final Duration LONG = Duration.ofDays(1);

  private final HikariDataSource pool;
  private final InsertOpts opts;
  private final History history;
  private volatile RiverClient client;

  /**
   * Creates it.
   *
   * @param pool its connections, which it closes
   * @param options what becomes of its jobs; and if they are inserted quietly, they are due much
   *     later, so that nobody is told of them
   */
  RiverLibrary(HikariDataSource pool, ClientOptions options) {
    this.pool = pool;
    this.history = options.history();
    this.opts =
        options.quiet()
            ? InsertOpts.builder().scheduledAt(Instant.now().plus(LONG)).build()
            : InsertOpts.defaults();
    this.client = RiverClient.builder(pool).build();
  }

  @Override
  public void insert(Payload job) {
    client.insert(RiverArgs.of(job), opts);
  }

  @Override
  public void insertAll(List<Payload> jobs) {
    client.insertMany(jobs.stream().map(this::insertOf).toList());
  }

  @Override
  public void copy(Stream<Payload> jobs) {
    client.insertManyFast(jobs.map(this::insertOf));
  }

  private Insert<RiverArgs> insertOf(Payload job) {
    return Insert.of(RiverArgs.of(job), opts);
  }

  @Override
  public void start(int workers, JobBody body) {
    client.close();
    client =
        RiverClient.builder(pool)
            .workers(
                new Workers()
                    .add(
                        RiverArgs.class,
                        (job, context) -> {
                          body.run(job.args().number());
                          return WorkResult.completed();
                        }))
            .queue(QUEUE, queue(workers))
            .jobTimeout(Worker.NO_TIMEOUT)
            .build();
    client.start();
  }

  private QueueConfig queue(int workers) {
    QueueConfig.Builder queue = QueueConfig.builder().maxWorkers(workers);
    if (history == History.DELETED) {
      queue.retention(Retention.builder().completed(Duration.ZERO).build());
    }
    return queue.build();
  }

  @Override
  public void stop() {
    client.stop();
  }

  @Override
  public void close() {
    client.close();
    pool.close();
  }
}
