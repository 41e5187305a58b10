package dev.river.db;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * Takes connections that commit each statement and are in nobody's transaction. A data source may
 * give the connection of the caller's: to let that commit by itself would commit what the caller
 * has not finished. A pool lends no connection to two takers, by which both are told apart.
 */
final class OwnConnection {
  private OwnConnection() {}

  /**
   * {@return a connection that is the taker's to close}
   *
   * @param dataSource gives it
   * @throws IllegalStateException if it gives that of a transaction of the caller's
   */
  @SuppressWarnings("ReferenceEquality") // one object for two takers is nobody's to give back
  static Connection take(DataSource dataSource) throws SQLException {
    Connection connection = dataSource.getConnection();
    if (connection.getAutoCommit()) {
      return connection;
    }
    Connection second = dataSource.getConnection();
    if (second == connection) {
      throw inTransaction();
    }
    boolean isOwn = false;
    try (second) {
      if (session(second) == session(connection)) {
        throw inTransaction();
      }
      connection.setAutoCommit(true);
      isOwn = true;
      return connection;
    } finally {
      if (!isOwn) {
        connection.close();
      }
    }
  }

  private static int session(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      return row.getInt(1);
    }
  }

  private static IllegalStateException inTransaction() {
    return new IllegalStateException(
        "a migrator must not be used in a transaction whose connection its DataSource hands out:"
            + " call it before or after");
  }
}
