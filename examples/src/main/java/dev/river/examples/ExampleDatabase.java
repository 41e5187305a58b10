package dev.river.examples;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.river.test.postgres.PostgresServer;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * The database that an example runs on: the one that the environment variable {@value #VARIABLE}
 * names, else one of an embedded PostgreSQL that starts by itself. Examples keep to a schema of
 * their own, {@value #SCHEMA}, so nothing else in the database is touched.
 */
public final class ExampleDatabase implements AutoCloseable {
  static final String VARIABLE = "DATABASE_URL";
  static final String SCHEMA = "river_examples";
  private static final String DEFAULT_DATABASE = "postgres";

  private final PostgresServer server;
  private final boolean embedded;
  private final HikariDataSource pool;

  private ExampleDatabase(PostgresServer server, boolean embedded, HikariDataSource pool) {
    this.server = server;
    this.embedded = embedded;
    this.pool = pool;
  }

  /**
   * {@return the database, with a schema for the examples in it}
   *
   * @throws IllegalArgumentException if the variable is neither {@code jdbc:postgresql://...} nor
   *     {@code postgres://user:password@host/database}
   */
  public static ExampleDatabase open() {
    return open(Optional.ofNullable(System.getenv(VARIABLE)).filter(url -> !url.isBlank()));
  }

  static ExampleDatabase open(Optional<String> url) {
    PostgresServer server = url.map(PostgresServer::existing).orElseGet(PostgresServer::embedded);
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(server.url(url.map(ExampleDatabase::databaseIn).orElse(DEFAULT_DATABASE)));
    config.setSchema(SCHEMA); // the search path of every connection
    config.setMaximumPoolSize(30); // a client with a queue takes up to 22 while it leads
    HikariDataSource pool = new HikariDataSource(config);
    createSchema(pool);
    return new ExampleDatabase(server, url.isEmpty(), pool);
  }

  /** {@return a pool of connections to the database} */
  public DataSource dataSource() {
    return pool;
  }

  /** {@return the JDBC URL of the database, with user and password} */
  String url() {
    return pool.getJdbcUrl();
  }

  /** {@return whether its server was started for this example, and ends with it} */
  public boolean isEmbedded() {
    return embedded;
  }

  @Override
  public void close() {
    pool.close();
    server.close();
  }

  private static void createSchema(DataSource dataSource) {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA IF NOT EXISTS " + SCHEMA);
    } catch (SQLException e) {
      throw new IllegalStateException("the schema of the examples can't be created", e);
    }
  }

  private static String databaseIn(String url) {
    String path = URI.create(url.strip().replaceFirst("^jdbc:", "")).getPath();
    return path == null || path.length() <= 1 ? DEFAULT_DATABASE : path.substring(1);
  }
}
