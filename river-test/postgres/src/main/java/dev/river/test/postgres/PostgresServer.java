package dev.river.test.postgres;

import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A PostgreSQL server that tests can create databases on. Its settings are PostgreSQL's defaults,
 * durability included; where it is started here, it allows more connections and keeps less of its
 * log.
 *
 * <p>Safe for use by several threads.
 */
public final class PostgresServer implements AutoCloseable {
  static final String MAX_CONNECTIONS = "max_connections=300";
  static final String OTHER_WAYS =
      "ServerKind.AUTO or river.test.postgres=auto takes an embedded server then;"
          + " river.test.database.url names one that runs already.";

  private static final String APPLICATION_NAME = "river-test";

  private final ServerUrl url;
  private final boolean startedHere;
  private final boolean endsAfterJvm;
  private final Optional<Runnable> crashAndRestart;
  private final Runnable stop;
  private final AtomicBoolean closed = new AtomicBoolean();

  private PostgresServer(
      ServerUrl url, boolean endsAfterJvm, Optional<Runnable> crashAndRestart, Runnable stop) {
    this(url, true, endsAfterJvm, crashAndRestart, stop);
  }

  private PostgresServer(
      ServerUrl url,
      boolean startedHere,
      boolean endsAfterJvm,
      Optional<Runnable> crashAndRestart,
      Runnable stop) {
    this.url = url;
    this.startedHere = startedHere;
    this.endsAfterJvm = endsAfterJvm;
    this.crashAndRestart = crashAndRestart;
    this.stop = stop;
  }

  /**
   * Starts a server of the newest PostgreSQL as a process of this machine. It stops when it is
   * closed, and after the end of the JVM at the latest: what shutdown hooks close, such as the
   * contexts of Spring's tests, still finds it. Its data is in a new directory of {@code /dev/shm},
   * and so in memory, if that has two gigabytes to spare, else of the JVM's temporary directory;
   * the setting {@code river.test.postgres.directory} names another place. It doesn't wait for the
   * disk, which tests need not survive. Both make cloning a database many times faster, and
   * measuring throughput pointless.
   *
   * @return the running server
   * @throws UncheckedIOException if it does not start
   */
  public static PostgresServer embedded() {
    EmbeddedServer server = EmbeddedServer.start();
    return new PostgresServer(
        ServerUrl.parse(server.url()),
        server.endsAfterJvm(),
        Optional.of(server::crashAndRestart),
        server::stop);
  }

  /**
   * Starts a server of the newest PostgreSQL in a container. This takes Docker, and {@code
   * org.testcontainers:postgresql} on the class path.
   *
   * @return the running server
   * @throws IllegalStateException if one of them is missing or the container does not start
   */
  public static PostgresServer container() {
    try {
      return ContainerServer.start();
    } catch (NoClassDefFoundError e) {
      throw new IllegalStateException(
          "a container takes Testcontainers: add org.testcontainers:postgresql to the class path. "
              + OTHER_WAYS,
          e);
    }
  }

  /**
   * Uses a server that runs already, PostgreSQL 13 or later. Closing it leaves it running.
   *
   * @param url {@code jdbc:postgresql://host:port/database?user=…&password=…} or {@code
   *     postgres://user:password@host:port/database?…} with what is special in a URL encoded. The
   *     user must be allowed to create databases. New databases are created from a connection to
   *     the one that the URL names, by default {@code postgres}.
   * @return the server; whether it answers shows at the first use
   * @throws IllegalArgumentException if the URL is of neither form
   */
  public static PostgresServer existing(String url) {
    return existing(ServerUrl.parse(url));
  }

  static PostgresServer existing(ServerUrl url) {
    return new PostgresServer(url, false, false, Optional.empty(), () -> {});
  }

  /** A server whose end after that of the JVM is seen to by what has started it. */
  static PostgresServer started(String jdbcUrl, String user, String password, Runnable stop) {
    ServerUrl url = ServerUrl.parse(jdbcUrl);
    Map<String, String> parameters = new HashMap<>(url.parameters());
    parameters.put("user", user);
    parameters.put("password", password);
    return new PostgresServer(
        new ServerUrl(url.hosts(), url.database(), parameters), true, Optional.empty(), stop);
  }

  /**
   * {@return the JDBC URL of one of the server's databases, with user and password}
   *
   * @param database the name of the database, which need not exist yet
   */
  public String url(String database) {
    return url.jdbc(Objects.requireNonNull(database, "database"));
  }

  /**
   * {@return a source of plain connections to one of the server's databases} Each call of {@code
   * getConnection} opens a new one.
   *
   * @param database the name of the database, which need not exist yet
   */
  public DataSource dataSource(String database) {
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setUrl(url(database));
    dataSource.setApplicationName(APPLICATION_NAME);
    return dataSource;
  }

  /**
   * Ends the server as a crash would, which rolls every open transaction back, and starts it again
   * in its place, for tests of what an application makes of that.
   *
   * @throws IllegalStateException if it is no embedded server
   * @throws UncheckedIOException if it does not start again
   */
  public void crashAndRestart() {
    crashAndRestart
        .orElseThrow(
            () -> new IllegalStateException("only an embedded server can be restarted: " + url))
        .run();
  }

  /** Stops the server if it was started here. Does nothing the second time. */
  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      stop.run();
    }
  }

  /** {@return whether nothing needs to be done at the end of the JVM to stop it} */
  boolean endsAfterJvm() {
    return endsAfterJvm;
  }

  boolean startedHere() {
    return startedHere;
  }

  /** Runs a statement in the database that is not of the tests. */
  void execute(String sql) {
    try (Connection connection = dataSource(url.database()).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(
          "the test server at %s did not run %s: %s".formatted(url, sql, e.getMessage()), e);
    }
  }
}
