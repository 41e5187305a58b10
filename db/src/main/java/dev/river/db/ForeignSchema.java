package dev.river.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * A schema that something else has made: a River migrator of another language, or someone who ran
 * our printed statements. Its table {@code river_migration} says how far it is.
 */
final class ForeignSchema {
  /** The version of River's main line whose tables our first migration makes. */
  private static final int MAIN_LINE_VERSION = 7;

  private ForeignSchema() {}

  /**
   * {@return the version of ours that the schema amounts to, 0 if nothing has made River's tables}
   */
  static int adoptableVersion(Connection connection, String schema) throws SQLException {
    if (!hasMigrationTable(connection, schema)) {
      return 0;
    }
    int mainLine = lineVersion(connection, schema, "main");
    if (mainLine < MAIN_LINE_VERSION) {
      throw new MigrationException(
          "schema %s was migrated by another River client to main version %s: bring it to %s with that client's tool first"
              .formatted(schema, mainLine, MAIN_LINE_VERSION));
    }
    return Math.max(1, lineVersion(connection, schema, "java"));
  }

  private static boolean hasMigrationTable(Connection connection, String schema)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
      statement.setString(1, SchemaName.quote(schema) + ".river_migration");
      return single(statement).equals("t");
    }
  }

  private static int lineVersion(Connection connection, String schema, String line)
      throws SQLException {
    // Through JSON, because the column came with main version 5: what is older has the main line
    // only.
    String sql =
        """
        SELECT coalesce(max(version), 0) FROM %s.river_migration AS applied
        WHERE coalesce(to_jsonb(applied) ->> 'line', 'main') = ?
        """
            .formatted(SchemaName.quote(schema));
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, line);
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
