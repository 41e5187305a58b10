package dev.river;

import dev.river.error.DatabaseException;
import dev.river.error.SchemaNotMigratedException;
import dev.river.internal.codec.JsonCodec;
import dev.river.internal.store.Database;
import dev.river.internal.store.Notifications;
import dev.river.internal.store.SchemaVersions;
import java.time.Duration;
import java.util.Collection;
import javax.sql.DataSource;

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
 * time: one per queue and three more. A pool should have room for them beside the application's
 * own.
 */
public final class RiverClient extends InsertingClient implements AutoCloseable {
  /** How long {@link #close} lets jobs go on, and how long it waits for interrupted ones. */
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

  private static final Duration CLOSE_BOUND = Duration.ofSeconds(5);

  private final ClientSettings settings;
  private final Database database;
  private final ClientLifecycle lifecycle;
  private volatile boolean closed;

  RiverClient(ClientSettings settings) {
    this(
        settings,
        new Database(settings.dataSource(), settings.schema()),
        new JsonCodec(),
        new Notifications(settings.schema()));
  }

  private RiverClient(
      ClientSettings settings, Database database, JsonCodec codec, Notifications notifications) {
    super(settings, database, codec, notifications);
    this.settings = settings;
    this.database = database;
    this.lifecycle =
        new ClientLifecycle(() -> new ClientRuntime(settings, database, notifications, codec));
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
    stopInserting();
  }

  @Override
  void wake(Collection<String> queues) {
    ClientRuntime runtime = lifecycle.running();
    if (runtime != null) {
      queues.forEach(runtime::wake);
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

  @Override
  void checkOpen() {
    if (closed) {
      throw new IllegalStateException("client %s is closed".formatted(settings.id()));
    }
  }
}
