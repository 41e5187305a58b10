package dev.river.db;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** An empty database of its own for each test, on one server for all tests of the JVM. */
final class FreshDatabase {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final DataSource dataSource;

  private FreshDatabase(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  static FreshDatabase create() {
    String name = "fresh_" + COUNT.incrementAndGet();
    new FreshDatabase(Server.RUNNING.getPostgresDatabase()).run("CREATE DATABASE " + name);
    return new FreshDatabase(Server.RUNNING.getDatabase("postgres", name));
  }

  DataSource dataSource() {
    return dataSource;
  }

  RiverMigrator migrator() {
    return RiverMigrator.builder(dataSource).build();
  }

  RiverMigrator migrator(String schema) {
    return RiverMigrator.builder(dataSource).schema(schema).build();
  }

  /** Runs statements, separated by semicolons, in one transaction. */
  void run(String sql) {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new QueryFailedException(e);
    }
  }

  /** {@return the first column, as text, {@code null} written as such} */
  List<String> query(String sql) {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      List<String> values = new ArrayList<>();
      while (result.next()) {
        values.add(String.valueOf(result.getString(1)));
      }
      return values;
    } catch (SQLException e) {
      throw new QueryFailedException(e);
    }
  }

  /** Runs the printed statements of a version, as someone with a tool of their own does. */
  void runPrinted(int version, String schema) {
    run(RiverMigrator.migrations().get(version - 1).sql(schema));
  }

  /** {@return the names of all tables, indexes, sequences, types and functions in a schema} */
  List<String> objects(String schema) {
    return query(
        """
        SELECT name FROM (
          SELECT relname AS name, relnamespace AS namespace FROM pg_class
          UNION ALL SELECT typname, typnamespace FROM pg_type WHERE typrelid = 0 AND typelem = 0
          UNION ALL SELECT proname, pronamespace FROM pg_proc
        ) AS objects
        WHERE namespace = '"%s"'::regnamespace
        ORDER BY name
        """
            .formatted(schema));
  }

  /** What the database said no to. */
  static final class QueryFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    QueryFailedException(SQLException cause) {
      super(cause.getMessage(), cause);
    }
  }

  private static final class Server {
    static final EmbeddedPostgres RUNNING = start();

    private static EmbeddedPostgres start() {
      try {
        return EmbeddedPostgres.builder()
            .setServerConfig("fsync", "off")
            .setServerConfig("full_page_writes", "off")
            .start();
      } catch (IOException e) {
        throw new UncheckedIOException("the embedded PostgreSQL did not start", e);
      }
    }
  }
}
