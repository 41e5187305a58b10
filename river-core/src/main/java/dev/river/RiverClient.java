package dev.river;

import dev.river.error.DatabaseException;
import dev.river.error.SchemaNotMigratedException;
import dev.river.event.Event;
import dev.river.event.EventKind;
import dev.river.event.Subscription;
import dev.river.internal.codec.Control;
import dev.river.internal.codec.JsonCodec;
import dev.river.internal.event.EventHub;
import dev.river.internal.insert.InsertHints;
import dev.river.internal.insert.JobPlanner;
import dev.river.internal.store.Database;
import dev.river.internal.store.JobInserts;
import dev.river.internal.store.JobOperations;
import dev.river.internal.store.NewJob;
import dev.river.internal.store.Notifications;
import dev.river.internal.store.QueueStore;
import dev.river.internal.store.SchemaVersions;
import dev.river.internal.store.Scope;
import dev.river.internal.store.Transaction;
import dev.river.internal.work.QueueSet;
import dev.river.job.InsertOpts;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.job.JobRow;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jooq.DSLContext;

/**
 * Inserts jobs, and works them once it is started.
 *
 * <pre>{@code
 * try (var client = RiverClient.builder(dataSource).workers(workers).queue("default", 100).build()) {
 *   client.start();
 *   dsl.transaction(tx -> client.insertTx(tx.dsl(), new SortArgs(List.of("whale", "tiger"))));
 * }
 * }</pre>
 *
 * <p>Thread-safe. A client without queues only inserts; it needs no start. While a client runs it
 * keeps one connection of its data source to itself, for LISTEN, and uses others for a moment at a
 * time: one per queue and four more. A pool should have room for them beside the application's own.
 */
public final class RiverClient implements AutoCloseable {
  /** How long {@link #close} lets jobs go on, and how long it waits for interrupted ones. */
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

  private static final Duration CLOSE_BOUND = Duration.ofSeconds(5);

  private static final int DEFAULT_BUFFER = 10_000;
  private static final int MAX_BUFFER = 1_000_000;

  private final ClientSettings settings;
  private final Database database;
  private final JobPlanner planner;
  private final JobInserts inserts;
  private final InsertHints hints;
  private final EventHub events = new EventHub();
  private final QueueSet workedQueues;
  private final QueueStore queueStore;
  private final JsonCodec codec = new JsonCodec();
  private final JobOperations operations;
  private final ClientLifecycle lifecycle;
  private volatile boolean closed;

  RiverClient(ClientSettings settings) {
    this.settings = settings;
    this.database = new Database(settings.dataSource(), settings.schema());
    Notifications notifications = new Notifications(codec, settings.schema());
    this.planner =
        new JobPlanner(codec, settings.maxAttempts(), settings.work().workers().keySet());
    this.inserts = new JobInserts(codec, notifications);
    this.hints = new InsertHints(settings.id(), database, notifications);
    this.queueStore = new QueueStore(codec, notifications);
    this.workedQueues = new QueueSet(settings.queues(), settings.pollInterval());
    this.operations = new JobOperations(codec, notifications, settings.schema());
    this.lifecycle =
        new ClientLifecycle(
            () ->
                new ClientRuntime(settings, workedQueues, database, notifications, codec, events));
  }

  /**
   * {@return a builder of clients}
   *
   * @param dataSource gives connections to the database that holds River's tables; a pool in all
   *     but the smallest programs. It stays the caller's to close, after the client.
   */
  public static RiverClientBuilder builder(DataSource dataSource) {
    return new RiverClientBuilder(dataSource);
  }

  /** {@return the name under which this client claims jobs} */
  public String id() {
    return settings.id();
  }

  /**
   * Inserts a job with the options of its class, in a transaction of its own.
   *
   * @param <T> the class of its arguments
   * @param args its arguments
   * @return the job as it is stored
   * @throws IllegalArgumentException as {@link #insert(JobArgs, InsertOpts)} does
   * @throws DatabaseException as {@link #insert(JobArgs, InsertOpts)} does
   */
  public <T extends JobArgs> Job<T> insert(T args) {
    return insert(args, InsertOpts.defaults());
  }

  /**
   * Inserts a job in a transaction of its own.
   *
   * @param <T> the class of its arguments
   * @param args its arguments
   * @param opts its options; what they don't set is taken from {@link JobArgs#insertOpts}
   * @return the job as it is stored
   * @throws IllegalArgumentException if the kind is invalid or, in a client with workers, unknown
   *     to them, or if the arguments can't be stored; nothing is inserted then
   * @throws DatabaseException if the database refuses the job or can't be reached
   */
  public <T extends JobArgs> Job<T> insert(T args, InsertOpts opts) {
    Job<T> job = insert(args, opts, database::call);
    ClientRuntime runtime = lifecycle.running();
    if (runtime != null) {
      runtime.workIn(job.queue());
    }
    return job;
  }

  /**
   * Inserts a job with the options of its class, in the caller's transaction.
   *
   * @param <T> the class of its arguments
   * @param tx the caller's transaction
   * @param args its arguments
   * @return the job as it is stored if the transaction commits
   * @throws IllegalArgumentException as {@link #insert(JobArgs, InsertOpts)} does
   * @throws DatabaseException as {@link #insert(JobArgs, InsertOpts)} does
   */
  public <T extends JobArgs> Job<T> insertTx(DSLContext tx, T args) {
    return insertTx(tx, args, InsertOpts.defaults());
  }

  /**
   * Inserts a job in the caller's transaction: nobody sees it before that commits, and never if it
   * rolls back.
   *
   * @param <T> the class of its arguments
   * @param tx the caller's transaction. Only its connection is used; its dialect, settings and
   *     listeners neither matter nor change.
   * @param args its arguments
   * @param opts its options; what they don't set is taken from {@link JobArgs#insertOpts}
   * @return the job as it is stored if the transaction commits
   * @throws IllegalArgumentException as {@link #insert(JobArgs, InsertOpts)} does
   * @throws DatabaseException as {@link #insert(JobArgs, InsertOpts)} does
   */
  public <T extends JobArgs> Job<T> insertTx(DSLContext tx, T args, InsertOpts opts) {
    Objects.requireNonNull(tx, "tx");
    return insert(args, opts, work -> database.callOn(tx, work));
  }

  /**
   * Inserts a job with the options of its class, in the transaction of a connection.
   *
   * @param <T> the class of its arguments
   * @param tx the connection whose transaction it is
   * @param args its arguments
   * @return the job as it is stored if the transaction commits
   * @throws IllegalArgumentException as {@link #insert(JobArgs, InsertOpts)} does
   * @throws DatabaseException as {@link #insert(JobArgs, InsertOpts)} does
   */
  public <T extends JobArgs> Job<T> insertTx(Connection tx, T args) {
    return insertTx(tx, args, InsertOpts.defaults());
  }

  /**
   * Inserts a job in the transaction of a connection: nobody sees it before that commits, and never
   * if it rolls back.
   *
   * @param <T> the class of its arguments
   * @param tx the connection whose transaction it is; it is neither committed nor closed
   * @param args its arguments
   * @param opts its options; what they don't set is taken from {@link JobArgs#insertOpts}
   * @return the job as it is stored if the transaction commits
   * @throws IllegalArgumentException as {@link #insert(JobArgs, InsertOpts)} does
   * @throws DatabaseException as {@link #insert(JobArgs, InsertOpts)} does
   */
  public <T extends JobArgs> Job<T> insertTx(Connection tx, T args, InsertOpts opts) {
    Objects.requireNonNull(tx, "tx");
    return insert(args, opts, work -> work.apply(database.on(tx)));
  }

  /** {@return the queues of the database, and which of them this client works} */
  public ClientQueues queues() {
    checkOpen();
    return new ClientQueues(database::call, queueStore, this::tellRuntime, workedQueues);
  }

  /**
   * {@return the queues of the database as the caller's transaction sees them and changes them}
   *
   * @param tx the caller's transaction, of which only the connection is used
   */
  public Queues queues(DSLContext tx) {
    checkOpen();
    return new Queues(Transaction.of(database, tx), queueStore, control -> {});
  }

  /**
   * {@return the queues of the database as the transaction of a connection sees them and changes
   * them}
   *
   * @param tx the connection whose transaction it is; it is neither committed nor closed
   */
  public Queues queues(Connection tx) {
    checkOpen();
    return new Queues(Transaction.of(database, tx), queueStore, control -> {});
  }

  /**
   * Subscribes to events of this client: of the jobs that it works, and of its queues. The buffer
   * holds 10,000 events, several times what is stored at once.
   *
   * @param kinds what they are about, at least one
   * @return the subscription; it ends when it is closed or the client is
   * @throws IllegalArgumentException if no kind is named
   * @throws IllegalStateException if the client is closed
   */
  public Subscription subscribe(EventKind... kinds) {
    return subscribe(Set.of(kinds), DEFAULT_BUFFER);
  }

  /**
   * Subscribes to events of this client, with a buffer of a chosen size.
   *
   * @param kinds what they are about, at least one
   * @param bufferSize how many events the buffer holds, 1 to a million
   * @return the subscription; it ends when it is closed or the client is
   * @throws IllegalArgumentException if no kind is named, or the size is out of range
   * @throws IllegalStateException if the client is closed
   */
  public Subscription subscribe(Set<EventKind> kinds, int bufferSize) {
    checkSubscription(kinds, bufferSize);
    return events.subscribe(kinds, bufferSize);
  }

  /**
   * Has a function called for each event of this client, one after the other, on a thread of its
   * own.
   *
   * @param function gets the events; what it throws is logged
   * @param kinds what they are about, at least one
   * @return the subscription, to be closed; its events go to the function
   * @throws IllegalArgumentException if no kind is named
   * @throws IllegalStateException if the client is closed
   */
  public Subscription subscribe(Consumer<? super Event> function, EventKind... kinds) {
    Objects.requireNonNull(function, "function");
    checkSubscription(Set.of(kinds), DEFAULT_BUFFER);
    return events.subscribe(Set.of(kinds), DEFAULT_BUFFER, function);
  }

  /**
   * {@return what reads stored jobs and operates on them} Each call has a transaction of its own.
   *
   * @throws IllegalStateException if the client is closed
   */
  public Jobs jobs() {
    checkOpen();
    return new Jobs(database, operations, codec, () -> Optional.ofNullable(lifecycle.running()));
  }

  /**
   * {@return what reads stored jobs and operates on them in the caller's transaction} Other clients
   * hear of it when that commits.
   *
   * @param tx the caller's transaction, of which only the connection is used
   * @throws IllegalStateException if the client is closed
   */
  public Jobs jobs(DSLContext tx) {
    Objects.requireNonNull(tx, "tx");
    return jobs(database.in(tx));
  }

  /**
   * {@return what reads stored jobs and operates on them in the transaction of a connection} Other
   * clients hear of it when that commits.
   *
   * @param tx the connection whose transaction it is; it is neither committed nor closed
   * @throws IllegalStateException if the client is closed
   */
  public Jobs jobs(Connection tx) {
    Objects.requireNonNull(tx, "tx");
    return jobs(database.in(tx));
  }

  private Jobs jobs(Scope scope) {
    checkOpen();
    return new Jobs(scope, operations, codec, Optional::empty);
  }

  /**
   * Begins to work jobs. Does nothing if the client runs already.
   *
   * @throws IllegalStateException if the client has no queues or is closed
   * @throws DatabaseException if the database can't be reached
   * @throws SchemaNotMigratedException if River's tables are missing or too old
   */
  public void start() {
    checkOpen();
    if (settings.queues().isEmpty()) {
      throw new IllegalStateException(
          "a client without queues only inserts: name what it works with queue(name, maxWorkers)"
              + " and workers(...) on its builder");
    }
    lifecycle.start(this::checkStartable);
  }

  /**
   * Stops: claims nothing more and waits for the jobs that run, however long they take. Does
   * nothing if the client doesn't run. It can be started again.
   *
   * <p>If the calling thread is interrupted, the jobs are interrupted as by {@link #stopAndCancel}.
   */
  public void stop() {
    lifecycle.stop(ClientLifecycle.FOREVER, CLOSE_BOUND);
  }

  /**
   * Stops, and interrupts the jobs that run too long: claims nothing more, waits for the jobs that
   * run, and from then on does as {@link #stopAndCancel}.
   *
   * @param patience how long to wait before jobs are interrupted
   * @throws IllegalArgumentException if it is negative
   */
  public void stop(Duration patience) {
    if (patience.isNegative()) {
      throw new IllegalArgumentException("patience must not be negative, got: " + patience);
    }
    lifecycle.stop(patience, ClientLifecycle.FOREVER);
  }

  /**
   * Stops at once: claims nothing more and interrupts the jobs that run, then waits for them to
   * end. A job whose worker throws now is put back as if this attempt had not begun; one whose
   * worker returns has its result. A worker that ignores its interruption keeps this method
   * waiting.
   *
   * <p>It may be called while another thread waits in {@link #stop()}; both return then.
   */
  public void stopAndCancel() {
    lifecycle.stop(Duration.ZERO, ClientLifecycle.FOREVER);
  }

  /**
   * Stops for good: jobs may go on for 10 seconds, then they are interrupted and have 5 seconds to
   * end. What has not ended by then stays running in the database, as after a crash. That takes 15
   * seconds at most, and as much again if the database doesn't answer. The client can't be used any
   * more.
   */
  @Override
  public void close() {
    closed = true;
    lifecycle.stop(CLOSE_PATIENCE, CLOSE_BOUND);
    hints.stop();
    events.close();
  }

  private <T extends JobArgs> Job<T> insert(
      T args, InsertOpts opts, InsertTransaction transaction) {
    checkOpen();
    NewJob job = planner.plan(args, opts);
    boolean announce = job.isDueAt(Instant.now()) && hints.announceNow(job.queue());
    return new Job<>(transaction.call(db -> inserts.insert(db, job, announce)), args);
  }

  /** So that what this client does itself reaches it without a notification. */
  private void tellRuntime(Control control) {
    ClientRuntime runtime = lifecycle.running();
    if (runtime != null) {
      runtime.told(control);
    }
  }

  /** Runs inside the start: a client that was closed meanwhile must not begin. */
  private void checkStartable() {
    checkOpen();
    try {
      database.run(new SchemaVersions(settings.schema())::check);
    } catch (DatabaseException e) {
      throw new DatabaseException(
          "the client can't start: " + e.getMessage(), e.sqlState().orElse(null), e);
    }
  }

  private void checkSubscription(Set<EventKind> kinds, int bufferSize) {
    checkOpen();
    if (kinds.isEmpty()) {
      throw new IllegalArgumentException("a subscription needs at least one kind of events");
    }
    if (bufferSize < 1 || bufferSize > MAX_BUFFER) {
      throw new IllegalArgumentException(
          "bufferSize must be 1 to %d, got: %d".formatted(MAX_BUFFER, bufferSize));
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("client %s is closed".formatted(settings.id()));
    }
  }

  /** Where an insert runs. */
  private interface InsertTransaction {
    JobRow call(Function<DSLContext, JobRow> work);
  }
}
