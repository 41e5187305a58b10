package dev.river.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * An index of a table that is in use meanwhile. It is built and dropped concurrently, for which the
 * connection must commit by itself.
 *
 * @param schema the schema of both
 * @param name its name
 * @param definition its table, without the schema, and what follows that
 */
record LiveIndex(String schema, String name, String definition) {
  private static final String INVALID =
      """
      SELECT EXISTS (
        SELECT FROM pg_index
        JOIN pg_class ON pg_class.oid = indexrelid
        WHERE relnamespace = ?::regnamespace AND relname = ? AND NOT indisvalid)
      """;

  private static final String HAS_OTHER_COLUMNS =
      """
      SELECT position(? IN coalesce(pg_get_indexdef(found), '')) = 0
      FROM to_regclass(? || '.' || ?) AS found
      WHERE found IS NOT NULL
      """;

  private static final String EXISTS = "SELECT to_regclass(? || '.' || ?) IS NOT NULL";

  /** {@return whether it was not there, or was what a build that was broken off has left} */
  boolean build(Connection connection) throws SQLException {
    if (ask(connection, INVALID)) {
      drop(connection);
    }
    if (ask(connection, EXISTS)) {
      return false;
    }
    run(
        connection,
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS %s ON %s.%s"
            .formatted(name, SchemaName.quote(schema), definition));
    return true;
  }

  /** {@return whether there is one of this name that somebody else has made for other queries} */
  boolean isAnother(Connection connection) throws SQLException {
    if (ask(connection, INVALID)) {
      return false;
    }
    try (PreparedStatement statement = connection.prepareStatement(HAS_OTHER_COLUMNS)) {
      statement.setString(
          1, definition.substring(definition.indexOf('('), definition.indexOf(')')));
      statement.setString(2, SchemaName.quote(schema));
      statement.setString(3, name);
      try (ResultSet answer = statement.executeQuery()) {
        return answer.next() && answer.getBoolean(1);
      }
    }
  }

  /** {@return whether it was there} */
  boolean drop(Connection connection) throws SQLException {
    if (!ask(connection, EXISTS)) {
      return false;
    }
    run(connection, "DROP INDEX CONCURRENTLY IF EXISTS " + qualified());
    return true;
  }

  void comment(Connection connection, String comment) throws SQLException {
    run(connection, "COMMENT ON INDEX %s IS '%s'".formatted(qualified(), comment));
  }

  private String qualified() {
    return SchemaName.quote(schema) + "." + name;
  }

  private boolean ask(Connection connection, String question) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(question)) {
      statement.setString(1, SchemaName.quote(schema));
      statement.setString(2, name);
      try (ResultSet answer = statement.executeQuery()) {
        answer.next();
        return answer.getBoolean(1);
      }
    }
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
