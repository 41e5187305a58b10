package dev.river.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A schema that a River migrator of another language has made. */
final class ForeignSchema {
  /** The version of River's main line whose tables our first migration makes. */
  private static final int MAIN_LINE_VERSION = 7;

  private ForeignSchema() {}

  /**
   * {@return the version of ours that the foreign schema amounts to, 0 if there is no such schema}
   */
  static int adoptableVersion(Connection connection, String schema) throws SQLException {
    if (!hasMigrationTable(connection, schema)) {
      return 0;
    }
    int mainLine = mainLineVersion(connection, schema);
    if (mainLine < MAIN_LINE_VERSION) {
      throw new MigrationException(
          "schema %s was migrated by another River client to main version %d: bring it to %d with that client's tool first"
              .formatted(schema, mainLine, MAIN_LINE_VERSION));
    }
    return 1;
  }

  private static boolean hasMigrationTable(Connection connection, String schema)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
      statement.setString(1, SchemaName.quote(schema) + ".river_migration");
      return single(statement).equals("t");
    }
  }

  private static int mainLineVersion(Connection connection, String schema) throws SQLException {
    String sql =
        "SELECT coalesce(max(version), 0) FROM %s.river_migration WHERE line = 'main'"
            .formatted(SchemaName.quote(schema));
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      return Integer.parseInt(single(statement));
    }
  }

  private static String single(PreparedStatement statement) throws SQLException {
    try (ResultSet result = statement.executeQuery()) {
      result.next();
      return result.getString(1);
    }
  }
}
