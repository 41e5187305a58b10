package dev.river.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Lets one migrator at a time work on a schema. Flyway locks its history table, but a schema that
 * has none yet, and an undo, need more than that.
 */
final class MigrationLock implements AutoCloseable {
  private static final long MILLIS_BETWEEN_TRIES = 50;
  private static final String KEY = "hashtextextended('river migrate ' || ?, 0)";

  private final Connection connection;
  private final String schema;

  private MigrationLock(Connection connection, String schema) {
    this.connection = connection;
    this.schema = schema;
  }

  /**
   * Waits for the lock. It belongs to the connection's session until it is closed.
   *
   * <p>By asking again and again: a statement that waited for it would hold a snapshot, and whoever
   * has the lock and builds an index concurrently waits until nobody holds an old one.
   */
  static MigrationLock acquire(Connection connection, String schema) throws SQLException {
    MigrationLock lock = new MigrationLock(connection, schema);
    while (!lock.call("SELECT pg_try_advisory_lock(" + KEY + ")")) {
      rest();
    }
    return lock;
  }

  @Override
  public void close() throws SQLException {
    call("SELECT pg_advisory_unlock(" + KEY + ")");
  }

  private boolean call(String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, schema);
      try (ResultSet answer = statement.executeQuery()) {
        answer.next();
        return answer.getBoolean(1);
      }
    }
  }

  private static void rest() {
    try {
      Thread.sleep(MILLIS_BETWEEN_TRIES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MigrationException("interrupted while another migrator had its turn", e);
    }
  }
}
