package dev.river;

import dev.river.error.DatabaseException;
import dev.river.error.SchemaNotMigratedException;
import dev.river.event.Event;
import dev.river.event.EventKind;
import dev.river.event.Subscription;
import dev.river.internal.codec.Control;
import dev.river.internal.codec.JsonCodec;
import dev.river.internal.codec.MessageCodec;
import dev.river.internal.event.EventHub;
import dev.river.internal.maintain.InlinePeriodicRuns;
import dev.river.internal.maintain.Leadership;
import dev.river.internal.maintain.PeriodicEnqueuer;
import dev.river.internal.service.OwnThreads;
import dev.river.internal.store.AdvisoryLocks;
import dev.river.internal.store.Database;
import dev.river.internal.store.JobOperations;
import dev.river.internal.store.JobQueries;
import dev.river.internal.store.Notifications;
import dev.river.internal.store.OwnTables;
import dev.river.internal.store.QueueStore;
import dev.river.internal.store.ResignRequests;
import dev.river.internal.store.SchemaVersions;
import dev.river.internal.store.Scope;
import dev.river.internal.work.AttemptThread;
import dev.river.internal.work.ClaimSource;
import dev.river.internal.work.InlineClaims;
import dev.river.internal.work.InlineRunner;
import dev.river.internal.work.QueueSet;
import java.sql.Connection;
import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
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
 * time: one per queue, twelve more, and eight more while it leads. A pool should have room for them
 * beside the application's own: the number of queues plus twenty-one. One that has not even room
 * for a client that doesn't lead is warned of at the start.
 */
public final class RiverClient extends InsertingClient implements AutoCloseable {
  /** A length of time without an end, for whatever waits. */
  public static final Duration FOREVER = Duration.ofDays(100_000);

  /** How long {@link #close} lets jobs go on, and how long it waits for interrupted ones. */
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

  static final Duration CLOSE_BOUND = Duration.ofSeconds(5);

  /** Whoever gives up a start must not leave a backend that waits for a lock. */
  private static final Duration LIMIT_OF_CHECK = Duration.ofSeconds(9);

  private static final int DEFAULT_BUFFER = 10_000;
  private static final int MAX_BUFFER = 1_000_000;

  private final ClientSettings settings;
  private final Database database;
  private final EventHub events = new EventHub();
  private final QueueSet workedQueues;
  private final QueueStore queueStore;
  private final JsonCodec codec;
  private final Notifications notifications;
  private final JobOperations operations;
  private final ClientPeriodic periodic;
  private final ClientLifecycle lifecycle;
  private final InlinePeriodicRuns inlinePeriodicRuns;
  private final InsertsOfJobs insertsOfJobs;

  /** Set when a close begins, after which only the jobs that it waits for may use the client. */
  private volatile boolean closed;

  /** Set when nothing waits for jobs any more. */
  private volatile boolean ended;

  RiverClient(ClientSettings settings) {
    this(
        settings,
        new Database(settings.dataSource(), settings.schema(), settings.clock(), settings.id()),
        new JsonCodec());
  }

  private RiverClient(ClientSettings settings, Database database, JsonCodec codec) {
    this(settings, database, codec, new Notifications(new MessageCodec(), settings.schema()));
  }

  private RiverClient(
      ClientSettings settings, Database database, JsonCodec codec, Notifications notifications) {
    super(settings, database, codec, notifications);
    this.settings = settings;
    this.database = database;
    this.codec = codec;
    this.notifications = notifications;
    this.queueStore = new QueueStore(codec, notifications);
    this.workedQueues = new QueueSet(settings.queues(), settings.pollInterval());
    this.operations = new JobOperations(codec, notifications, settings.schema());
    this.insertsOfJobs = new InsertsOfJobs(this);
    this.periodic = new ClientPeriodic(settings, this::insertPeriodic);
    this.inlinePeriodicRuns =
        periodic.inline(
            new PeriodicEnqueuer.Surroundings(
                settings.id(), database, this::wake, Leadership.assumed()));
    this.lifecycle =
        new ClientLifecycle(
            settings.id(),
            settings.lifecycle(),
            () ->
                new ClientRuntime(
                    settings,
                    workedQueues,
                    database,
                    notifications,
                    codec,
                    events,
                    insertsOfJobs,
                    periodic));
  }

  /**
   * {@return a builder of clients}
   *
   * @param dataSource gives connections to the database that holds River's tables; a pool in all
   *     but the smallest programs. It stays the caller's to close, after the client. If it gives
   *     the connection of a transaction that the calling thread has begun, as Spring's {@code
   *     TransactionAwareDataSourceProxy} does, what is called there belongs to that transaction:
   *     the client never commits, rolls back or changes what it did not begin. Its connections may
   *     have {@code autoCommit=false}; then they must unwrap to the PostgreSQL driver's, and unless
   *     it is a pool that is known for that (HikariCP, Tomcat JDBC, DBCP, c3p0), each call takes a
   *     second connection for a moment if there is one, to find out whose transaction it is.
   */
  public static RiverClientBuilder builder(DataSource dataSource) {
    return new RiverClientBuilder(dataSource);
  }

  /** {@return the name under which this client claims jobs} */
  public String id() {
    return settings.id();
  }

  /**
   * {@return the queues of the database, and which of them this client works} Each call has a
   * transaction of its own.
   *
   * @throws IllegalStateException if the client is closed
   */
  public ClientQueues queues() {
    checkOpen();
    return new ClientQueues(
        database.atomically(),
        queueStore,
        this::tellRuntime,
        workedQueues,
        queue -> AttemptThread.isOf(insertsOfJobs, queue));
  }

  /**
   * {@return the queues of the database as the caller's transaction sees them and changes them}
   *
   * @param tx the caller's transaction, of which only the connection is used
   * @throws IllegalStateException if the client is closed
   */
  public Queues queues(DSLContext tx) {
    Objects.requireNonNull(tx, "tx");
    checkOpen();
    return new Queues(database.in(tx), queueStore, control -> {});
  }

  /**
   * {@return the queues of the database as the transaction of a connection sees them and changes
   * them}
   *
   * @param tx the connection whose transaction it is; it is neither committed nor closed
   * @throws IllegalStateException if the client is closed
   */
  public Queues queues(Connection tx) {
    Objects.requireNonNull(tx, "tx");
    checkOpen();
    return new Queues(database.in(tx), queueStore, control -> {});
  }

  /**
   * {@return the periodic jobs of the database, and which of them this client has} Each call has a
   * transaction of its own.
   *
   * @throws IllegalStateException if the client is closed
   */
  public ClientPeriodicJobs periodicJobs() {
    checkOpen();
    return new ClientPeriodicJobs(ofOurTables(database.atomically()), periodic, this::wake);
  }

  /**
   * {@return the periodic jobs of the database as the caller's transaction sees them and changes
   * them}
   *
   * @param tx the caller's transaction, of which only the connection is used
   * @throws IllegalStateException if the client is closed
   */
  public PeriodicJobs periodicJobs(DSLContext tx) {
    Objects.requireNonNull(tx, "tx");
    checkOpen();
    return new PeriodicJobs(ofOurTables(database.in(tx)), periodic, queues -> {});
  }

  /**
   * {@return the periodic jobs of the database as the transaction of a connection sees them and
   * changes them}
   *
   * @param tx the connection whose transaction it is; it is neither committed nor closed
   * @throws IllegalStateException if the client is closed
   */
  public PeriodicJobs periodicJobs(Connection tx) {
    Objects.requireNonNull(tx, "tx");
    checkOpen();
    return new PeriodicJobs(ofOurTables(database.in(tx)), periodic, queues -> {});
  }

  private Scope ofOurTables(Scope scope) {
    return new OwnTables(scope, database, new SchemaVersions(settings.schema()));
  }

  /**
   * {@return what works jobs of the database in the calling thread, with this client's workers}
   *
   * @throws IllegalStateException if the client is closed
   */
  public InlineWork inline() {
    checkOpen();
    return new InlineWork(
        this,
        database,
        new InlineClaims(
            ClaimSource.of(settings.id(), database, codec), queueStore, new JobQueries(codec)),
        new InlineRunner(settings.id(), database, settings.work(), codec, insertsOfJobs, events),
        inlinePeriodicRuns);
  }

  /**
   * {@return the clients that work the jobs of this database}
   *
   * @throws IllegalStateException if the client is closed
   */
  public Fleet fleet() {
    checkOpen();
    var locks = new AdvisoryLocks(settings.upkeep().advisoryLockPrefix(), settings.schema());
    return new Fleet(
        database,
        locks,
        new SchemaVersions(settings.schema()),
        new ResignRequests(notifications, settings.schema()),
        notifications);
  }

  /**
   * Subscribes to events of this client: of the jobs that it works, and of its queues. The buffer
   * holds 10,000 events, several times what is stored at once.
   *
   * @param kinds what they are about, at least one
   * @return the subscription; it ends when it is closed or the client is
   * @throws IllegalArgumentException if no kind is named
   * @throws IllegalStateException if the client is closed, or has no queues
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
   * @throws IllegalStateException if the client is closed, or has no queues
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
   * @throws IllegalStateException if the client is closed, or has no queues
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
   * Begins to work jobs. Does nothing if the client runs already. If it throws, nothing of the
   * client runs, and it may be called again.
   *
   * <p>It returns as soon as the client runs, on threads that don't keep the JVM alive: a {@code
   * main} that does nothing else afterwards waits with {@link #awaitStopped}, or the program ends
   * at once. {@link RiverClientBuilder#keepJvmAlive} changes that.
   *
   * <p>With {@link RiverClientBuilder#awaitDatabase} it waits for the database. That ends at once
   * when another thread stops or closes the client, or when the calling thread is interrupted,
   * which it stays.
   *
   * @throws IllegalStateException if the client has no queues, is closed or must never be started,
   *     or is to be stopped by the end of the JVM and that has begun; or in a transaction whose
   *     connection the client's data source gives
   * @throws DatabaseException if the database refuses, can't be reached, or could not be reached as
   *     long as this waited
   * @throws SchemaNotMigratedException if River's tables are missing or too old
   */
  public void start() {
    checkOpen();
    settings.lifecycle().checkStartable();
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
   * <p>While the database is away, results can't be stored, and this waits until it is back; {@link
   * #close} does not. If the data source was closed, so that it can't come back, the jobs that run
   * may end, but stay running in the database until other clients rescue them, which is logged.
   *
   * <p>If the calling thread is interrupted, the jobs are interrupted as by {@link #stopAndCancel}.
   *
   * @throws IllegalStateException if a job, an extension or a handler of this client calls it on
   *     the client's thread, because it would wait for itself. A thread that a job waits for must
   *     not call it either, which can't be noticed. Subscribers may.
   */
  public void stop() {
    checkNotOwnThread("stop()");
    lifecycle.stop(FOREVER, CLOSE_BOUND);
  }

  /**
   * Stops, and interrupts the jobs that run too long: claims nothing more, waits for the jobs that
   * run, and from then on does as {@link #stopAndCancel}.
   *
   * @param patience how long to wait before jobs are interrupted
   * @throws IllegalArgumentException if it is negative
   * @throws IllegalStateException as {@link #stop()} does
   */
  public void stop(Duration patience) {
    if (patience.isNegative()) {
      throw new IllegalArgumentException("patience must not be negative, got: " + patience);
    }
    checkNotOwnThread("stop(Duration)");
    lifecycle.stop(patience, FOREVER);
  }

  /**
   * Stops at once: claims nothing more and interrupts the jobs that run, then waits for them to
   * end. A job whose worker throws now is put back as if this attempt had not begun; one whose
   * worker returns has its result. A worker that ignores its interruption keeps this method
   * waiting.
   *
   * <p>It may be called while another thread waits in {@link #stop()}; both return then.
   *
   * @throws IllegalStateException as {@link #stop()} does
   */
  public void stopAndCancel() {
    checkNotOwnThread("stopAndCancel()");
    lifecycle.stop(Duration.ZERO, FOREVER);
  }

  /**
   * Waits until the client has stopped, whoever stops it: until {@link #stop()}, {@link #close} or
   * one of the others is done in some thread. A client that doesn't run has stopped, also one that
   * was never started or still waits in {@link #start}. One that is started again meanwhile has
   * stopped before.
   *
   * @param limit how long to wait at most; {@link #FOREVER} for no limit
   * @return whether it has stopped
   * @throws InterruptedException if the waiting thread is interrupted; the client runs on
   * @throws IllegalArgumentException if the limit is negative
   * @throws IllegalStateException as {@link #stop()} does
   */
  public boolean awaitStopped(Duration limit) throws InterruptedException {
    if (limit.isNegative()) {
      throw new IllegalArgumentException("limit must not be negative, got: " + limit);
    }
    checkNotOwnThread("awaitStopped(Duration)");
    return lifecycle.awaitStopped(limit);
  }

  /**
   * Stops for good: jobs may go on for 10 seconds, then they are interrupted and have 5 seconds to
   * end. What has not ended by then stays running in the database, as after a crash. That takes 15
   * seconds at most, and as much again if the database doesn't answer. The client can't be used any
   * more: calls are refused from the beginning on, but for those of the jobs that this waits for,
   * on their own threads or through {@link dev.river.work.JobContext#client}.
   *
   * @throws IllegalStateException as {@link #stop()} does
   */
  @Override
  public void close() {
    checkNotOwnThread("close()");
    closed = true;
    try {
      lifecycle.stop(CLOSE_PATIENCE, CLOSE_BOUND);
    } finally {
      ended = true;
      stopInserting();
      events.close();
    }
  }

  @Override
  void wake(Collection<String> queues) {
    ClientRuntime runtime = lifecycle.running();
    if (runtime != null) {
      queues.forEach(runtime::workIn);
    }
  }

  /** {@return the client's id and its queues} */
  @Override
  public String toString() {
    return "RiverClient[id=%s, queues=%s]".formatted(settings.id(), workedQueues.names());
  }

  /** So that what this client does itself reaches it without a notification. */
  private void tellRuntime(Control control) {
    ClientRuntime runtime = lifecycle.running();
    if (runtime != null) {
      runtime.did(control);
    }
  }

  /** Runs inside the start: a client that was closed meanwhile must not begin. */
  private void checkStartable() {
    checkOpen();
    database.callWithin(LIMIT_OF_CHECK, new SchemaVersions(settings.schema())::checked);
  }

  private void checkSubscription(Set<EventKind> kinds, int bufferSize) {
    checkOpen();
    if (settings.queues().isEmpty()) {
      throw new IllegalStateException(
          "a client without queues only inserts and has no events to subscribe to");
    }
    if (kinds.isEmpty()) {
      throw new IllegalArgumentException("a subscription needs at least one kind of events");
    }
    if (bufferSize < 1 || bufferSize > MAX_BUFFER) {
      throw new IllegalArgumentException(
          "bufferSize must be 1 to %s, got: %s".formatted(MAX_BUFFER, bufferSize));
    }
  }

  @Override
  void checkOpen() {
    if (closed && (ended || !AttemptThread.isOf(insertsOfJobs))) {
      throw closedException();
    }
  }

  /** Refuses to insert for jobs that the client doesn't wait for any more. */
  void checkNotEnded() {
    if (ended) {
      throw closedException();
    }
  }

  private IllegalStateException closedException() {
    return new IllegalStateException("client %s is closed".formatted(settings.id()));
  }

  /** Its jobs and services are what a stop waits for, so it must not run in one of them. */
  private void checkNotOwnThread(String call) {
    boolean isOwn =
        AttemptThread.isAny() ? AttemptThread.isOf(insertsOfJobs) : OwnThreads.isOf(settings.id());
    if (isOwn) {
      throw new IllegalStateException(
          "%s must not be called by a job, an extension or a handler of the same client, because it"
                  .formatted(call)
              + " waits for them and so would wait for itself: call it in a thread of its own and"
              + " don't wait for that, Thread.ofPlatform().start(client::stop)");
    }
  }
}
