package dev.river.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/** Takes one migration back: its undo script and its line of the history, in one transaction. */
final class Undo {
  private Undo() {}

  static void run(Connection connection, String schema, Migration migration) throws SQLException {
    String sql =
        migration
            .undoSql(schema)
            .orElseThrow(
                () ->
                    new MigrationException(
                        "version %d cannot be taken back".formatted(migration.version())));
    connection.setAutoCommit(false);
    try {
      runScript(connection, sql);
      forget(connection, schema, migration.version());
      connection.commit();
    } catch (SQLException e) {
      connection.rollback();
      throw new MigrationException(
          "version %d could not be taken back: %s".formatted(migration.version(), e.getMessage()),
          e);
    } finally {
      connection.setAutoCommit(true);
    }
  }

  private static void runScript(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void forget(Connection connection, String schema, int version)
      throws SQLException {
    String sql =
        "DELETE FROM %s.%s WHERE version = ?"
            .formatted(SchemaName.quote(schema), RiverMigrator.HISTORY_TABLE);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, String.valueOf(version));
      statement.executeUpdate();
    }
  }
}
