package dev.river.bench.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A session that holds a snapshot until it is closed, as a long report does. For one thread. */
public final class HeldSnapshot implements AutoCloseable {
  private static final String QUERY = "SELECT pg_current_snapshot()";

  private final Connection connection;
  private final String seen;

  private HeldSnapshot(Connection connection) throws SQLException {
    this.connection = connection;
    connection.setAutoCommit(false);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    this.seen = look();
  }

  /** {@return a snapshot of a database, held from now on} */
  public static HeldSnapshot in(BenchDatabase database) {
    try {
      return new HeldSnapshot(database.dataSource().getConnection());
    } catch (SQLException e) {
      throw Sql.failed(QUERY, e);
    }
  }

  /**
   * Makes sure that it was held all the time.
   *
   * @throws IllegalStateException if it was not
   */
  public void check() {
    try {
      if (!look().equals(seen)) {
        throw new IllegalStateException("the snapshot is another one than " + seen);
      }
    } catch (SQLException e) {
      throw Sql.failed(QUERY, e);
    }
  }

  private String look() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(QUERY)) {
      rows.next();
      return rows.getString(1);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw Sql.failed("ROLLBACK", e);
    }
  }
}
