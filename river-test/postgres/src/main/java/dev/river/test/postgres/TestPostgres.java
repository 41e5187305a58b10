package dev.river.test.postgres;

import dev.river.db.RiverMigrator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Makes databases for tests on one server.
 *
 * <pre>{@code
 * try (TestDatabase database = TestPostgres.shared().createDatabase()) {
 *   DataSource dataSource = database.dataSource();
 * }
 * }</pre>
 *
 * <p>River's schema is migrated once, into a template that every database is a copy of. The names
 * of templates and copies are unique to this object, so that several builds can share a server, and
 * nothing else on the server is touched.
 *
 * <p>Safe for use by several threads.
 */
public final class TestPostgres implements AutoCloseable {
  private static final ReentrantLock SHARED_LOCK = new ReentrantLock();
  private static final Map<ServerChoice, TestPostgres> SHARED = new HashMap<>(); // guarded by it

  private final PostgresServer server;
  private final boolean endsWithJvm;
  private final String prefix =
      "river_test_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
  private final AtomicInteger count = new AtomicInteger();
  private final Set<String> databases = ConcurrentHashMap.newKeySet();
  private final Dropper dropper = new Dropper();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final ReentrantLock templateLock = new ReentrantLock();
  private @Nullable DatabaseTemplate template; // guarded by templateLock

  private TestPostgres(PostgresServer server, boolean endsWithJvm) {
    this.server = server;
    this.endsWithJvm = endsWithJvm;
  }

  /**
   * {@return the one that all tests of this JVM share} The first call starts its server, which
   * stops after the end of the JVM; on one that runs already, what is left is dropped then. Closing
   * it does nothing.
   *
   * <p>Each setting is a system property, or else an environment variable (in capitals, with
   * underscores):
   *
   * <ul>
   *   <li>{@code river.test.database.url}: a server that runs already, as {@link
   *       PostgresServer#existing} takes it. Tests only touch databases that they have created.
   *   <li>{@code river.test.postgres}: {@code embedded} (the default), {@code testcontainers}, or
   *       {@code auto}: the latter if it can be, else the former.
   *   <li>{@code river.test.postgres.directory}: where an {@linkplain PostgresServer#embedded
   *       embedded} server makes the directory of its data.
   * </ul>
   *
   * @throws IllegalArgumentException if a setting has no meaning
   * @throws IllegalStateException if there is no container where one is asked for
   */
  public static TestPostgres shared() {
    return shared(ServerKind.CONFIGURED);
  }

  /**
   * {@return the one that all tests of this JVM share that ask for a server of that kind} It is
   * used, started and ended as that of {@link #shared()}, and is the same if the settings ask for
   * that kind too.
   *
   * @param kind which server
   * @throws IllegalArgumentException if a setting has no meaning
   * @throws IllegalStateException if there is no container where one is asked for
   */
  public static TestPostgres shared(ServerKind kind) {
    ServerChoice choice = ServerChoice.of(kind);
    SHARED_LOCK.lock();
    try {
      TestPostgres result = SHARED.get(choice);
      if (result == null) {
        result = new TestPostgres(choice.start(), true);
        Runtime.getRuntime()
            .addShutdownHook(new Thread(result::endOfJvm, "river-test-postgres-end"));
        SHARED.put(choice, result);
      }
      return result;
    } finally {
      SHARED_LOCK.unlock();
    }
  }

  /**
   * Makes databases on a server of your choice.
   *
   * @param server the server, which is closed together with the result
   * @return a maker of databases, to be closed
   */
  public static TestPostgres on(PostgresServer server) {
    return new TestPostgres(Objects.requireNonNull(server, "server"), false);
  }

  /** {@return the server that the databases are on, not to be closed by itself} */
  public PostgresServer server() {
    return server;
  }

  /**
   * {@return the template of databases with River's newest schema in {@code public}} It is made
   * when it is needed.
   *
   * @throws IllegalStateException if this is closed, or the server refuses
   */
  public DatabaseTemplate template() {
    templateLock.lock();
    try {
      DatabaseTemplate result = template;
      if (result == null) {
        TestDatabase migrated = createEmptyDatabase();
        RiverMigrator.builder(migrated.dataSource()).build().migrate();
        result = freeze(migrated);
        template = result;
      }
      return result;
    } finally {
      templateLock.unlock();
    }
  }

  /**
   * Creates a database with River's newest schema in {@code public}.
   *
   * @return the new database
   * @throws IllegalStateException if this is closed, or the server refuses
   */
  public TestDatabase createDatabase() {
    return template().createDatabase();
  }

  /**
   * Creates a database with nothing in it.
   *
   * @return the new database
   * @throws IllegalStateException if this is closed, or the server refuses
   */
  public TestDatabase createEmptyDatabase() {
    return create("template0");
  }

  /**
   * Makes a template of databases that have more than River's newest schema. It is dropped when
   * this is closed.
   *
   * @param prepare adds to a database what its copies are to have; connections that it leaves open
   *     are broken. What it throws is thrown on.
   * @return the template
   * @throws IllegalStateException if this is closed, or the server refuses
   */
  public DatabaseTemplate createTemplate(Consumer<? super DataSource> prepare) {
    TestDatabase database = createDatabase();
    try {
      prepare.accept(database.dataSource());
      return freeze(database);
    } catch (RuntimeException | Error e) {
      database.closeLater();
      throw e;
    }
  }

  /**
   * Drops every database that was created here and stops the server if it was started here. Does
   * nothing the second time, and nothing to the {@link #shared} one.
   */
  @Override
  public void close() {
    if (!endsWithJvm) {
      end();
    }
  }

  void dropLater(String database) {
    dropper.execute(() -> drop(database));
  }

  void drop(String database) {
    if (databases.remove(database)) {
      try {
        server.execute("DROP DATABASE IF EXISTS %s WITH (FORCE)".formatted(database));
      } catch (IllegalStateException e) {
        databases.add(database);
        throw e;
      }
    }
  }

  TestDatabase create(String source) {
    if (closed.get()) {
      throw new IllegalStateException("no database can be created: this TestPostgres is closed");
    }
    String name = prefix + "_" + count.incrementAndGet();
    databases.add(name);
    // Several copies at once are safe, because nothing can be connected to their source.
    server.execute("CREATE DATABASE %s TEMPLATE %s%s".formatted(name, source, strategy()));
    return new TestDatabase(this, name);
  }

  /** The faster one where checkpoints cost nothing; before PostgreSQL 15 there is no choice. */
  private String strategy() {
    return server.startedHere() ? " STRATEGY FILE_COPY" : "";
  }

  /** PostgreSQL does not copy a database that someone is connected to. */
  private DatabaseTemplate freeze(TestDatabase database) {
    String name = database.name();
    server.execute("ALTER DATABASE %s ALLOW_CONNECTIONS false".formatted(name));
    server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s'"
            .formatted(name));
    return new DatabaseTemplate(this, name);
  }

  /** Other hooks run at the same time, and may need the server, which ends after them if it can. */
  private void endOfJvm() {
    if (!server.endsAfterJvm()) {
      end();
    }
  }

  private void end() {
    if (closed.getAndSet(true)) {
      return;
    }
    try (server) {
      dropper.stop();
      if (!server.startedHere()) {
        dropAll();
      }
    } finally {
      databases.clear();
    }
  }

  private void dropAll() {
    IllegalStateException failure = null;
    for (String database : List.copyOf(databases)) {
      try {
        drop(database);
      } catch (IllegalStateException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
