package dev.river.test.postgres;

import dev.river.db.RiverMigrator;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
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
 * of template and copies are unique to this object, so that several builds can share a server, and
 * nothing else on the server is touched.
 *
 * <p>Safe for use by several threads.
 */
public final class TestPostgres implements AutoCloseable {
  private static final ReentrantLock SHARED_LOCK = new ReentrantLock();
  private static @Nullable TestPostgres shared;

  private final PostgresServer server;
  private final boolean endsWithJvm;
  private final String prefix =
      "river_test_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
  private final AtomicInteger count = new AtomicInteger();
  private final Set<String> databases = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final ReentrantLock templateLock = new ReentrantLock();
  private @Nullable String template; // guarded by templateLock

  private TestPostgres(PostgresServer server, boolean endsWithJvm) {
    this.server = server;
    this.endsWithJvm = endsWithJvm;
  }

  /**
   * {@return the one that all tests of this JVM share} The first call starts its server, the end of
   * the JVM stops it and drops what is left; closing it does nothing.
   *
   * <p>Each setting is a system property, or else an environment variable (in capitals, with
   * underscores):
   *
   * <ul>
   *   <li>{@code river.test.database.url}: a server that runs already, as {@link
   *       PostgresServer#existing} takes it. Tests only touch databases that they have created.
   *   <li>{@code river.test.postgres}: {@code embedded} (the default) or {@code testcontainers}.
   * </ul>
   *
   * @throws IllegalArgumentException if a setting has no meaning
   * @throws IllegalStateException if there is no container where one is asked for
   */
  public static TestPostgres shared() {
    SHARED_LOCK.lock();
    try {
      TestPostgres result = shared;
      if (result == null) {
        ServerChoice choice = ServerChoice.of(System.getProperties(), System.getenv());
        result = new TestPostgres(choice.start(), true);
        Runtime.getRuntime().addShutdownHook(new Thread(result::end, "river-test-postgres-end"));
        shared = result;
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
   * Creates a database with River's newest schema in {@code public}.
   *
   * @return the new database
   * @throws IllegalStateException if this is closed, or the server refuses
   */
  public TestDatabase createDatabase() {
    return create(template());
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
   * Drops every database that was created here and stops the server if it was started here. Does
   * nothing the second time, and nothing to the {@link #shared} one.
   */
  @Override
  public void close() {
    if (!endsWithJvm) {
      end();
    }
  }

  void drop(String database) {
    if (databases.remove(database)) {
      server.execute("DROP DATABASE IF EXISTS %s WITH (FORCE)".formatted(database));
    }
  }

  private TestDatabase create(String source) {
    if (closed.get()) {
      throw new IllegalStateException("no database can be created: this TestPostgres is closed");
    }
    String name = prefix + "_" + count.incrementAndGet();
    databases.add(name);
    // Several copies at once are safe, because nothing can be connected to their source.
    server.execute("CREATE DATABASE %s TEMPLATE %s".formatted(name, source));
    return new TestDatabase(this, name);
  }

  private String template() {
    templateLock.lock();
    try {
      String result = template;
      if (result == null) {
        TestDatabase migrated = createEmptyDatabase();
        RiverMigrator.builder(migrated.dataSource()).build().migrate();
        result = migrated.name();
        // PostgreSQL does not copy a database that someone is connected to.
        server.execute("ALTER DATABASE %s ALLOW_CONNECTIONS false".formatted(result));
        template = result;
      }
      return result;
    } finally {
      templateLock.unlock();
    }
  }

  private void end() {
    if (closed.getAndSet(true)) {
      return;
    }
    try (server) {
      if (!server.startedHere()) {
        dropAll();
      }
    } finally {
      databases.clear();
    }
  }

  private void dropAll() {
    IllegalStateException failure = null;
    for (String database : databases) {
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
