package dev.river.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The indexes that coming migrations make in the job table, where that exists already: they are
 * built before the migrations run, which then find them there. A migration is one transaction, in
 * which an index can be built only while nobody inserts or works jobs.
 */
final class IndexesAhead {
  private static final Pattern INDEX =
      Pattern.compile("CREATE INDEX (\\w+) ON [^\\s.]+\\.(river_job\\b[^;]*);");

  private static final String IN_USE = "SELECT to_regclass(? || '.river_job') IS NOT NULL";

  private IndexesAhead() {}

  /** Not in a transaction. What a build that was broken off has left is built anew. */
  static void build(Connection connection, String schema, List<Migration> migrations)
      throws SQLException {
    if (!hasJobTable(connection, schema)) {
      return;
    }
    List<LiveIndex> indexes =
        migrations.stream().flatMap(migration -> of(migration, schema).stream()).toList();
    for (LiveIndex index : indexes) {
      if (index.isAnother(connection)) {
        throw new MigrationException(
            "schema %s has an index %s already that is not River's: drop it or rename it"
                .formatted(schema, index.name()));
      }
    }
    for (LiveIndex index : indexes) {
      index.build(connection);
    }
  }

  /** {@return the indexes of the job table that a migration makes} */
  static List<LiveIndex> of(Migration migration, String schema) {
    List<LiveIndex> indexes = new ArrayList<>();
    Matcher index = INDEX.matcher(migration.sql(schema));
    while (index.find()) {
      indexes.add(new LiveIndex(schema, index.group(1), index.group(2)));
    }
    return indexes;
  }

  private static boolean hasJobTable(Connection connection, String schema) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(IN_USE)) {
      statement.setString(1, SchemaName.quote(schema));
      try (ResultSet answer = statement.executeQuery()) {
        answer.next();
        return answer.getBoolean(1);
      }
    }
  }
}
