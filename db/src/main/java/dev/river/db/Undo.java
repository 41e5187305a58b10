package dev.river.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Takes one migration back: its undo script and its line of the history, in one transaction. */
final class Undo {
  private Undo() {}

  static void run(Connection connection, History history, Migration migration) throws SQLException {
    String sql =
        migration
            .undoSql(history.schema())
            .orElseThrow(
                () ->
                    new MigrationException(
                        "version %s cannot be taken back".formatted(migration.version())));
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
      history.forget(connection, migration.version());
      connection.commit();
    } catch (SQLException e) {
      throw rolledBack(
          connection,
          new MigrationException(
              "version %s could not be taken back: %s"
                  .formatted(migration.version(), e.getMessage()),
              e));
    }
    connection.setAutoCommit(true);
  }

  private static MigrationException rolledBack(Connection connection, MigrationException failure) {
    try {
      connection.rollback();
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }
}
