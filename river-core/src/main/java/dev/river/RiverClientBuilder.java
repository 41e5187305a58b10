package dev.river;

import dev.river.internal.maintain.ReindexSettings;
import dev.river.internal.maintain.UpkeepSettings;
import dev.river.internal.work.QueueSettings;
import dev.river.internal.work.WorkSettings;
import dev.river.job.Names;
import dev.river.periodic.PeriodicJob;
import dev.river.work.ErrorHandler;
import dev.river.work.Extension;
import dev.river.work.QueueConfig;
import dev.river.work.Retention;
import dev.river.work.RetryPolicy;
import dev.river.work.StuckJobHandler;
import dev.river.work.Worker;
import dev.river.work.Workers;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Collects the settings of a client. {@link #build} checks all of them and names everything that is
 * wrong at once. Not safe for use by several threads.
 */
public final class RiverClientBuilder {
  /**
   * The indexes that the reindexer rebuilds by default: those of the job table but {@code
   * river_job_unique_idx}, by which unique jobs are inserted. While an index is rebuilt, an {@code
   * ON CONFLICT} that looks at it may fail with a unique violation, as PostgreSQL documents.
   */
  public static final List<String> REINDEXER_INDEX_NAMES_DEFAULT =
      List.of(
          "river_job_pkey",
          "river_job_claim_idx",
          "river_job_schedule_idx",
          "river_job_running_idx",
          "river_job_finalized_idx");

  private final DataSource dataSource;
  private final Map<String, Supplier<QueueConfig>> queues = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();
  private Workers workers = new Workers();
  private @Nullable String id;
  private @Nullable String schema;
  private Duration jobTimeout = Duration.ofMinutes(1);
  private Duration pollInterval = Duration.ofSeconds(1);
  private final List<Extension> extensions = new ArrayList<>();
  private final Map<String, List<Extension>> extensionsOfKinds = new LinkedHashMap<>();
  private ErrorHandler errorHandler = (job, failure) -> ErrorHandler.Decision.AS_USUAL;
  private Duration stuckThreshold = Duration.ofSeconds(10);
  private StuckJobHandler stuckJobHandler = job -> StuckJobHandler.Decision.KEEP_SLOT;
  private RetryPolicy retryPolicy = RetryPolicy.exponential();
  private int maxAttempts = 25;
  private boolean pollOnly;
  private @Nullable InstantSource clock;
  private final List<PeriodicJob> periodicJobs = new ArrayList<>();
  private int advisoryLockPrefix = 0x72697672; // "rivr"
  private Duration rescueStuckJobsAfter = Duration.ofHours(1);
  private int maxRescues = 3;
  private Retention retention = Retention.defaults();
  private LocalTime reindexerTime = LocalTime.MIDNIGHT;
  private List<String> reindexerIndexNames = REINDEXER_INDEX_NAMES_DEFAULT;
  private Duration reindexerTimeout = Duration.ofMinutes(1);
  private Duration longTransactionThreshold = Duration.ofMinutes(10);
  private Duration databasePatience = Duration.ZERO;
  private Optional<Duration> shutdownPatience = Optional.empty();
  private boolean keepsJvmAlive;
  private Optional<String> whyNeverStarted = Optional.empty();

  RiverClientBuilder(DataSource dataSource) {
    this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
  }

  /**
   * Sets the workers. Default: none. A client with workers refuses to insert jobs of a kind that
   * none of them is for; one without inserts any kind.
   *
   * @param workers the workers; {@code build} takes over what they are then
   * @return this builder
   */
  public RiverClientBuilder workers(Workers workers) {
    this.workers = Objects.requireNonNull(workers, "workers");
    return this;
  }

  /**
   * Adds a queue that the client works. Default: none, so that the client only inserts.
   *
   * @param name a name that {@link Names#checkQueue} accepts
   * @param maxWorkers how many of its jobs run at once in this client, 1 to 10,000
   * @return this builder
   */
  public RiverClientBuilder queue(String name, int maxWorkers) {
    return queue(name, () -> QueueConfig.builder().maxWorkers(maxWorkers).build());
  }

  /**
   * Adds a queue that the client works. Default: none, so that the client only inserts.
   *
   * @param name a name that {@link Names#checkQueue} accepts
   * @param config how to work it
   * @return this builder
   */
  public RiverClientBuilder queue(String name, QueueConfig config) {
    Objects.requireNonNull(config, "config");
    return queue(name, () -> config);
  }

  private RiverClientBuilder queue(String name, Supplier<QueueConfig> config) {
    if (queues.putIfAbsent(name, config) != null) {
      problems.add("queue \"%s\" must be added once".formatted(name));
    }
    return this;
  }

  /**
   * Names the client. Default: the host's name, the time of {@code build} and a random number.
   *
   * @param id 1 to 100 characters, different from those of all other clients of the database
   * @return this builder
   */
  public RiverClientBuilder id(String id) {
    this.id = id;
    return this;
  }

  /**
   * Names the schema that holds River's tables, best one of their own, such as {@code river}; the
   * migrator needs the same. Default: PostgreSQL finds them by the connection's search path.
   *
   * @param schema 1 to 46 letters, digits or underscores, not starting with a digit
   * @return this builder
   */
  public RiverClientBuilder schema(String schema) {
    this.schema = schema;
    return this;
  }

  /**
   * Sets how long an attempt may run before it is interrupted, unless its worker says something
   * else. Default: one minute.
   *
   * @param jobTimeout the time; {@link Worker#NO_TIMEOUT} for no limit
   * @return this builder
   */
  public RiverClientBuilder jobTimeout(Duration jobTimeout) {
    this.jobTimeout = Objects.requireNonNull(jobTimeout, "jobTimeout");
    return this;
  }

  /**
   * Sets how long a queue rests at most between two looks for work that nobody announced. Default:
   * one second.
   *
   * @param pollInterval at least a millisecond
   * @return this builder
   */
  public RiverClientBuilder pollInterval(Duration pollInterval) {
    this.pollInterval = Objects.requireNonNull(pollInterval, "pollInterval");
    return this;
  }

  /**
   * Sets how long failed jobs wait whose worker doesn't say. Default: {@link
   * RetryPolicy#exponential}.
   *
   * @param retryPolicy the policy
   * @return this builder
   */
  public RiverClientBuilder retryPolicy(RetryPolicy retryPolicy) {
    this.retryPolicy = Objects.requireNonNull(retryPolicy, "retryPolicy");
    return this;
  }

  /**
   * Adds something around the inserting and the work of every job. Default: nothing. What is added
   * first lies outermost.
   *
   * @param extension the extension
   * @return this builder
   */
  public RiverClientBuilder extension(Extension extension) {
    extensions.add(Objects.requireNonNull(extension, "extension"));
    return this;
  }

  /**
   * Adds something around the inserting and the work of the jobs of one kind, inside of what lies
   * around all. Default: nothing. What is added first lies outermost.
   *
   * @param kind the kind, in a client with workers one that has a worker; aliases are not looked at
   * @param extension the extension
   * @return this builder
   */
  public RiverClientBuilder extension(String kind, Extension extension) {
    extensionsOfKinds
        .computeIfAbsent(Objects.requireNonNull(kind, "kind"), key -> new ArrayList<>())
        .add(Objects.requireNonNull(extension, "extension"));
    return this;
  }

  /**
   * Sets who is told of failures. Default: nobody; they are recorded with their jobs in any case.
   *
   * @param errorHandler the handler
   * @return this builder
   */
  public RiverClientBuilder errorHandler(ErrorHandler errorHandler) {
    this.errorHandler = Objects.requireNonNull(errorHandler, "errorHandler");
    return this;
  }

  /**
   * Sets who is told of jobs that go on although they were interrupted. Default: they are logged
   * and keep their place.
   *
   * @param threshold how long a job may go on; at least a millisecond. Default: 10 seconds.
   * @param handler the handler
   * @return this builder
   */
  public RiverClientBuilder stuckJobHandler(Duration threshold, StuckJobHandler handler) {
    this.stuckThreshold = Objects.requireNonNull(threshold, "threshold");
    this.stuckJobHandler = Objects.requireNonNull(handler, "handler");
    return this;
  }

  /**
   * Sets how many attempts of a job may begin whose options don't say. Default: 25.
   *
   * @param maxAttempts 1 to 32,767
   * @return this builder
   */
  public RiverClientBuilder maxAttempts(int maxAttempts) {
    this.maxAttempts = maxAttempts;
    return this;
  }

  /**
   * Does without LISTEN, which needs a connection of its own: for PgBouncer in transaction mode.
   * Jobs that other clients insert are then found by polling. Default: false.
   *
   * @param pollOnly whether to do without LISTEN
   * @return this builder
   */
  public RiverClientBuilder pollOnly(boolean pollOnly) {
    this.pollOnly = pollOnly;
    return this;
  }

  /**
   * Adds a periodic job, which the client inserts when it is due, alone or together with the other
   * clients that have it. Default: none. More can be added later: {@link
   * RiverClient#periodicJobs()}.
   *
   * @param job the job; with an id, unless its next run may be forgotten
   * @return this builder
   */
  public RiverClientBuilder periodic(PeriodicJob job) {
    periodicJobs.add(Objects.requireNonNull(job, "job"));
    return this;
  }

  /**
   * Sets the first of the two keys of the client's advisory locks, by which the clients of a fleet
   * find their leader and know who lives. All clients of a database need the same one, and the
   * application must not use it for its own locks. Default: 1,919,514,226.
   *
   * @param advisoryLockPrefix any number
   * @return this builder
   */
  public RiverClientBuilder advisoryLockPrefix(int advisoryLockPrefix) {
    this.advisoryLockPrefix = advisoryLockPrefix;
    return this;
  }

  /**
   * Sets how long a job may run whose client can't tell the fleet that it lives, before it is tried
   * again: a client of another language. Jobs of this library's clients are rescued within seconds
   * of their client's death, and run as long as they may while it lives. Default: one hour. A job
   * whose worker allows it more time, or no limit, is left alone. Source: River's {@code
   * RescueStuckJobsAfter}.
   *
   * @param rescueStuckJobsAfter at least a second
   * @return this builder
   */
  public RiverClientBuilder rescueStuckJobsAfter(Duration rescueStuckJobsAfter) {
    this.rescueStuckJobsAfter =
        Objects.requireNonNull(rescueStuckJobsAfter, "rescueStuckJobsAfter");
    return this;
  }

  /**
   * Sets what decides about jobs: which of them are due, when they are tried again, how long they
   * are kept. This is for tests, which let time pass without waiting for it. In production the
   * database's time decides, the default, because all clients have it in common. What the client
   * says about itself, its heartbeats for instance, goes by the database's time in any case, and so
   * does the time at which a job was created.
   *
   * @param clock tells the present; thread-safe
   * @return this builder
   */
  public RiverClientBuilder clock(InstantSource clock) {
    this.clock = Objects.requireNonNull(clock, "clock");
    return this;
  }

  /**
   * Sets how often the process of a job may die while it runs the job. With the last of these
   * deaths the job is discarded: it may be what brings processes down. Default: 3.
   *
   * @param maxRescues at least 1, with which no job is run again
   * @return this builder
   */
  public RiverClientBuilder maxRescues(int maxRescues) {
    this.maxRescues = maxRescues;
    return this;
  }

  /**
   * Sets how long jobs are kept that have ended, if their queue doesn't say: see {@link
   * QueueConfig.Builder#retention}. What the client says counts that leads, or with {@code
   * pollOnly} what any says; so all clients of a database should agree. Default: {@link
   * Retention#defaults}.
   *
   * @param retention how long
   * @return this builder
   */
  public RiverClientBuilder retention(Retention retention) {
    this.retention = Objects.requireNonNull(retention, "retention");
    return this;
  }

  /**
   * Lets {@link RiverClient#start} wait for a database that can't be reached, which may come later
   * than the program: it tries again and again, after 100 ms at first and then less and less often,
   * down to every five seconds, and logs a warning each time. A schema that is not migrated, and
   * anything else that the database refuses, fails at once all the same. Default: zero, with which
   * an unreachable database fails at once too.
   *
   * <p>A pool may connect, and fail, when it is made: HikariCP does unless its {@code
   * initializationFailTimeout} is negative.
   *
   * @param patience how long to wait at most; {@link RiverClient#FOREVER} until it comes
   * @return this builder
   */
  public RiverClientBuilder awaitDatabase(Duration patience) {
    this.databasePatience = Objects.requireNonNull(patience, "patience");
    return this;
  }

  /**
   * Sets when indexes are rebuilt each day, by the client that leads. Those of a busy table grow
   * and do not shrink by themselves. They stay in use meanwhile. If no client leads in the hour
   * that follows, it is left out until the next day. Default: midnight.
   *
   * @param utc the time of day in UTC; fractions of a second do not count
   * @return this builder
   */
  public RiverClientBuilder reindexerTime(LocalTime utc) {
    this.reindexerTime = Objects.requireNonNull(utc, "utc");
    return this;
  }

  /**
   * Sets which indexes are rebuilt each day. The client's role must own their tables; the client
   * needs two connections meanwhile. Default: {@link #REINDEXER_INDEX_NAMES_DEFAULT}.
   *
   * @param names indexes in the schema of River's tables, each 1 to 55 letters, digits or
   *     underscores that don't start with a digit; none to rebuild nothing
   * @return this builder
   */
  public RiverClientBuilder reindexerIndexNames(List<String> names) {
    this.reindexerIndexNames = List.copyOf(names);
    return this;
  }

  /**
   * Sets how long the rebuild of one index may take; then it is given up until the next day.
   * Default: one minute.
   *
   * @param timeout 1 second to 1 day, of which full seconds count
   * @return this builder
   */
  public RiverClientBuilder reindexerTimeout(Duration timeout) {
    this.reindexerTimeout = Objects.requireNonNull(timeout, "timeout");
    return this;
  }

  /**
   * Sets how long a transaction of anybody may stay open, or vacuum fall behind, before the client
   * that leads logs a warning: PostgreSQL then can't remove the rows of jobs that are gone.
   * Default: 10 minutes.
   *
   * @param threshold 1 second to 1 day
   * @return this builder
   */
  public RiverClientBuilder longTransactionThreshold(Duration threshold) {
    this.longTransactionThreshold = Objects.requireNonNull(threshold, "threshold");
    return this;
  }

  /**
   * Stops the client when the JVM is told to end, by SIGTERM, Ctrl-C or {@code System.exit}, which
   * wait for it: jobs may go on for a while, then they are interrupted and put back, and have 5
   * seconds to end. Default: the JVM ends without a word, and jobs that run are rescued by other
   * clients.
   *
   * <p>The shutdown hooks of a JVM run at the same time. If one of them closes the pool, stop the
   * client there, before, instead of this.
   *
   * @param patience how long jobs may go on; together with the 5 seconds less than what the
   *     process's manager waits before it kills
   * @return this builder
   */
  public RiverClientBuilder stopOnShutdown(Duration patience) {
    this.shutdownPatience = Optional.of(patience);
    return this;
  }

  /**
   * Sets whether the JVM goes on while the client runs, although {@code main} has ended: from
   * {@link RiverClient#start} until it is stopped or closed, as a server does. Default: false. A
   * client's threads are daemons, so a program whose {@code main} only starts a client ends at
   * once; it waits with {@link RiverClient#awaitStopped}, or sets this.
   *
   * <p>It isn't the default because a client is mostly a part of something larger, which decides
   * how long it lives: with it, a program that fails after the start, or forgets to close its
   * client, would not end but stay half alive, where nothing starts it again.
   *
   * <p>{@code System.exit}, SIGTERM and Ctrl-C end the JVM all the same; see {@link
   * #stopOnShutdown}.
   *
   * @param keepsJvmAlive whether it does
   * @return this builder
   */
  public RiverClientBuilder keepJvmAlive(boolean keepsJvmAlive) {
    this.keepsJvmAlive = keepsJvmAlive;
    return this;
  }

  /**
   * Lets {@link RiverClient#start} refuse, in a process or a test that has the settings of those
   * who work but must not work itself. What the client does without a start, it does as ever.
   * Default: it may be started.
   *
   * @param reason why it must not be started, which the refusal says
   * @return this builder
   */
  public RiverClientBuilder neverStarted(String reason) {
    this.whyNeverStarted = Optional.of(reason);
    return this;
  }

  /**
   * {@return the client, not started} It does not connect yet.
   *
   * @throws IllegalArgumentException if a setting is wrong; the message names all that are
   */
  public RiverClient build() {
    List<String> wrong = new ArrayList<>(problems);
    List<QueueSettings> valid = new ArrayList<>();
    queues.forEach((name, config) -> addValid(name, config, valid, wrong));
    if (!queues.isEmpty() && workers.byKind().isEmpty()) {
      wrong.add("a client with queues needs workers(...) with at least one worker");
    }
    if (queues.isEmpty() && !periodicJobs.isEmpty()) {
      wrong.add("a client with periodic jobs needs a queue: one that only inserts does not start");
    }
    ClientSettings settings = settings(valid);
    wrong.addAll(settings.problems());
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(
          "the client's settings are not valid:\n  " + String.join("\n  ", wrong));
    }
    return new RiverClient(settings);
  }

  ClientSettings settings(List<QueueSettings> worked) {
    return new ClientSettings(
        id == null ? ClientId.generate() : id,
        dataSource,
        Optional.ofNullable(schema),
        worked,
        pollInterval,
        new WorkSettings(
            workers.byKind(),
            jobTimeout,
            retryPolicy,
            List.copyOf(extensions),
            copyOfExtensionsOfKinds(),
            errorHandler,
            stuckThreshold,
            stuckJobHandler,
            clock == null ? InstantSource.system() : clock),
        maxAttempts,
        pollOnly,
        upkeep(),
        new LifecycleSettings(databasePatience, shutdownPatience, keepsJvmAlive, whyNeverStarted),
        Optional.ofNullable(clock));
  }

  private UpkeepSettings upkeep() {
    return new UpkeepSettings(
        advisoryLockPrefix,
        rescueStuckJobsAfter,
        maxRescues,
        retention,
        new ReindexSettings(reindexerTime, reindexerIndexNames, reindexerTimeout),
        longTransactionThreshold,
        List.copyOf(periodicJobs));
  }

  private Map<String, List<Extension>> copyOfExtensionsOfKinds() {
    Map<String, List<Extension>> copy = new LinkedHashMap<>(); // keeps the order
    extensionsOfKinds.forEach((kind, added) -> copy.put(kind, List.copyOf(added)));
    return Collections.unmodifiableMap(copy);
  }

  private void addValid(
      String name, Supplier<QueueConfig> config, List<QueueSettings> valid, List<String> wrong) {
    try {
      Names.checkQueue(name);
    } catch (IllegalArgumentException e) {
      wrong.add(e.getMessage());
    }
    try {
      valid.add(QueueSettings.of(name, config.get(), pollInterval));
    } catch (IllegalArgumentException e) {
      wrong.add("queue \"%s\": %s".formatted(name, e.getMessage()));
    }
  }
}
