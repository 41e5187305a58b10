package dev.river.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * Lets one migrator at a time work on a schema. Flyway locks its history table, but a schema that
 * has none yet, and an undo, need more than that.
 */
final class MigrationLock implements AutoCloseable {
  private static final String KEY = "hashtextextended('river migrate ' || ?, 0)";

  private final Connection connection;
  private final String schema;

  private MigrationLock(Connection connection, String schema) {
    this.connection = connection;
    this.schema = schema;
  }

  /** Waits for the lock. It belongs to the connection's session until it is closed. */
  static MigrationLock acquire(Connection connection, String schema) throws SQLException {
    MigrationLock lock = new MigrationLock(connection, schema);
    lock.call("SELECT pg_advisory_lock(" + KEY + ")");
    return lock;
  }

  @Override
  public void close() throws SQLException {
    call("SELECT pg_advisory_unlock(" + KEY + ")");
  }

  private void call(String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, schema);
      statement.execute();
    }
  }
}
