package dev.river;

import dev.river.internal.maintain.UpkeepSettings;
import dev.river.internal.work.QueueSettings;
import dev.river.internal.work.WorkSettings;
import dev.river.job.Names;
import dev.river.work.ErrorHandler;
import dev.river.work.Extension;
import dev.river.work.QueueConfig;
import dev.river.work.RetryPolicy;
import dev.river.work.StuckJobHandler;
import dev.river.work.Worker;
import dev.river.work.Workers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Collects the settings of a client. {@link #build} checks all of them and names everything that is
 * wrong at once. Not safe for use by several threads.
 */
public final class RiverClientBuilder {
  private static final int MAX_ID_LENGTH = 100;
  private static final Duration SHORTEST_POLL_INTERVAL = Duration.ofMillis(1);
  private static final Pattern SCHEMA = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]{0,45}");

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
  private int advisoryLockPrefix = 0x72697672; // "rivr"
  private Duration rescueStuckJobsAfter = Duration.ofHours(1);
  private int maxRescues = 3;
  private Duration databasePatience = Duration.ZERO;
  private Optional<Duration> shutdownPatience = Optional.empty();

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
   * Names the schema that holds River's tables. Default: PostgreSQL finds them by the connection's
   * search path.
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
   * {@return the client, not started} It does not connect yet.
   *
   * @throws IllegalArgumentException if a setting is wrong; the message names all that are
   */
  public RiverClient build() {
    List<String> wrong = new ArrayList<>(problems);
    queues.forEach((name, config) -> checkQueue(name, config, wrong));
    check(
        wrong,
        queues.isEmpty() || !workers.byKind().isEmpty(),
        "a client with queues needs workers(...) with at least one worker");
    check(
        wrong,
        id == null || (!id.isEmpty() && id.length() <= MAX_ID_LENGTH),
        "id must have 1 to " + MAX_ID_LENGTH + " characters, got: " + id);
    check(
        wrong,
        schema == null || SCHEMA.matcher(schema).matches(),
        "schema must be 1 to 46 letters, digits or underscores and not start with a digit, got: "
            + schema);
    extensionsOfKinds.keySet().forEach(kind -> checkExtended(kind, wrong));
    check(
        wrong,
        stuckThreshold.compareTo(Duration.ofMillis(1)) >= 0,
        "threshold of the stuckJobHandler must be at least 1 ms, got: " + stuckThreshold);
    check(wrong, !jobTimeout.isNegative(), "jobTimeout must not be negative, got: " + jobTimeout);
    check(
        wrong,
        pollInterval.compareTo(SHORTEST_POLL_INTERVAL) >= 0,
        "pollInterval must be at least 1 ms, got: " + pollInterval);
    check(
        wrong,
        maxAttempts >= 1 && maxAttempts <= Short.MAX_VALUE,
        "maxAttempts must be 1 to " + Short.MAX_VALUE + ", got: " + maxAttempts);
    check(
        wrong,
        rescueStuckJobsAfter.compareTo(Duration.ofSeconds(1)) >= 0,
        "rescueStuckJobsAfter must be at least 1 s, got: " + rescueStuckJobsAfter);
    check(
        wrong,
        !databasePatience.isNegative(),
        "patience of awaitDatabase must not be negative, got: " + databasePatience);
    shutdownPatience.ifPresent(
        patience ->
            check(
                wrong,
                !patience.isNegative(),
                "patience of stopOnShutdown must not be negative, got: " + patience));
    check(wrong, maxRescues >= 1, "maxRescues must be at least 1, got: " + maxRescues);
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(
          "the client's settings are not valid:\n  " + String.join("\n  ", wrong));
    }
    return new RiverClient(settings());
  }

  ClientSettings settings() {
    return new ClientSettings(
        id == null ? ClientId.generate() : id,
        dataSource,
        Optional.ofNullable(schema),
        queues.entrySet().stream()
            .map(queue -> QueueSettings.of(queue.getKey(), queue.getValue().get(), pollInterval))
            .toList(),
        pollInterval,
        new WorkSettings(
            workers.byKind(),
            jobTimeout,
            retryPolicy,
            List.copyOf(extensions),
            copyOfExtensionsOfKinds(),
            errorHandler,
            stuckThreshold,
            stuckJobHandler),
        maxAttempts,
        pollOnly,
        new UpkeepSettings(advisoryLockPrefix, rescueStuckJobsAfter, maxRescues),
        new LifecycleSettings(databasePatience, shutdownPatience));
  }

  private Map<String, List<Extension>> copyOfExtensionsOfKinds() {
    Map<String, List<Extension>> copy = new LinkedHashMap<>(); // keeps the order
    extensionsOfKinds.forEach((kind, added) -> copy.put(kind, List.copyOf(added)));
    return Collections.unmodifiableMap(copy);
  }

  private void checkExtended(String kind, List<String> wrong) {
    if (!workers.byKind().isEmpty()) {
      check(
          wrong,
          workers.byKind().containsKey(kind),
          "an extension needs a worker of its kind in a client with workers, got: " + kind);
      return;
    }
    try {
      Names.checkKind(kind);
    } catch (IllegalArgumentException e) {
      wrong.add("extension: " + e.getMessage());
    }
  }

  private static void checkQueue(String name, Supplier<QueueConfig> config, List<String> wrong) {
    try {
      Names.checkQueue(name);
    } catch (IllegalArgumentException e) {
      wrong.add(e.getMessage());
    }
    try {
      Objects.requireNonNull(config.get(), "config");
    } catch (IllegalArgumentException e) {
      wrong.add("queue \"%s\": %s".formatted(name, e.getMessage()));
    }
  }

  private static void check(List<String> wrong, boolean holds, String rule) {
    if (!holds) {
      wrong.add(rule);
    }
  }
}
