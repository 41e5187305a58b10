package dev.river.bench.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.river.test.postgres.PostgresServer;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A database of the benchmark, for one thing that is measured. For one thread. */
public final class BenchDatabase implements AutoCloseable {
  private static final Duration POOL_PATIENCE = Duration.ofMinutes(2);

  private final Databases databases;
  private final String name;
  private final String url;
  private final DataSource dataSource;
  private @Nullable HikariDataSource own;

  BenchDatabase(Databases databases, PostgresServer server, String name) {
    this.databases = databases;
    this.name = name;
    this.url = server.url(name);
    this.dataSource = server.dataSource(name);
  }

  /** {@return its JDBC URL, with user and password} */
  public String url() {
    return url;
  }

  /** {@return a source of plain connections} */
  public DataSource dataSource() {
    return dataSource;
  }

  /** {@return what runs statements in it, all on the same connection} */
  public Sql sql() {
    HikariDataSource connection = own;
    if (connection == null) {
      connection = pool(url, 1);
      own = connection;
    }
    return new Sql(connection);
  }

  /** {@return a pool of connections, to be closed} */
  public static HikariDataSource pool(String url, int size) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(size);
    config.setConnectionTimeout(POOL_PATIENCE.toMillis());
    return new HikariDataSource(config);
  }

  /** Writes all to disk, so that nothing that is measured next does it for what was before. */
  public void checkpoint() {
    sql().execute("CHECKPOINT");
  }

  /** Removes dead rows and has the planner know the tables, instead of leaving that to chance. */
  public void vacuum() {
    List<String> tables =
        sql().texts("SELECT format('%I.%I', schemaname, relname) FROM pg_stat_user_tables");
    sql().execute("VACUUM (ANALYZE) " + String.join(", ", tables)); // not the catalog's tables
  }

  /**
   * {@return what the server has done so far} Nobody else may be connected, or it is incomplete.
   */
  public ServerWork work() {
    String others =
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
            + " AND backend_type = 'client backend' AND pid <> pg_backend_pid())";
    Waiting.until(() -> !sql().is(others), "nobody is connected to " + name);
    return ServerWork.read(sql());
  }

  /** Ends the connection for statements; the next one makes a new one. */
  void disconnect() {
    HikariDataSource connection = own;
    if (connection != null) {
      own = null;
      connection.close();
    }
  }

  @Override
  public void close() {
    disconnect();
    databases.release(name);
  }
}
