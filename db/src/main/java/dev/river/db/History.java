package dev.river.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.output.ValidateResult;

/** The record of the versions that are applied to a schema, kept by Flyway. */
final class History {
  static final String TABLE = "river_flyway_history";

  private final DataSource dataSource;
  private final String schema;

  History(DataSource dataSource, String schema) {
    this.dataSource = dataSource;
    this.schema = schema;
  }

  String schema() {
    return schema;
  }

  /** {@return the newest applied version, 0 if there is none} */
  int version() {
    NavigableMap<Integer, Instant> applied = applied();
    return applied.isEmpty() ? 0 : applied.lastKey();
  }

  /** {@return when each version was applied; those before an adopted version are not recorded} */
  NavigableMap<Integer, Instant> applied() {
    NavigableMap<Integer, Instant> applied = new TreeMap<>();
    for (MigrationInfo info : flyway(Scripts.newest(), 0).info().applied()) {
      // The creation of the schema has no version, and 0 says that it held other tables before.
      if (info.getVersion() != null && info.getState().isApplied()) {
        applied.put(
            Integer.parseInt(info.getVersion().getVersion()), info.getInstalledOn().toInstant());
      }
    }
    applied.remove(0);
    return applied;
  }

  /** Refuses a schema in which a version differs from what this release would have applied. */
  void validateApplied() {
    configuration(Scripts.newest(), 0)
        .ignoreMigrationPatterns("*:pending", "*:future")
        .load()
        .validate();
  }

  void migrateTo(int version) {
    flyway(version, 0).migrate();
  }

  /** Records that something else brought the schema to a version. Nothing may be applied yet. */
  void adopt(Connection connection, int version) throws SQLException {
    // Flyway takes such a record into a new table only; the one that an undo left is empty.
    execute(connection, "DROP TABLE IF EXISTS " + table());
    flyway(Scripts.newest(), version).baseline();
  }

  /**
   * Deletes the record of the newest version. That of an adopted one also stands for those before.
   */
  void forget(Connection connection, int version) throws SQLException {
    execute(
        connection,
        "UPDATE %s SET version = '%s' WHERE version = '%s' AND type = 'BASELINE'"
            .formatted(table(), version - 1, version));
    execute(connection, "DELETE FROM %s WHERE version = '%s'".formatted(table(), version));
  }

  /** {@return what differs from a schema at the newest version, in words} */
  List<String> problems() {
    ValidateResult result = flyway(Scripts.newest(), 0).validateWithResult();
    if (result.validationSuccessful) {
      return List.of();
    }
    if (result.invalidMigrations.isEmpty()) { // no schema at all
      return List.of(result.errorDetails.errorMessage);
    }
    return result.invalidMigrations.stream()
        .map(m -> "version " + m.version + ": " + m.errorDetails.errorMessage)
        .toList();
  }

  private Flyway flyway(int target, int baseline) {
    return configuration(target, baseline).load();
  }

  private FluentConfiguration configuration(int target, int baseline) {
    return Flyway.configure(History.class.getClassLoader())
        .dataSource(dataSource)
        .locations("classpath:" + Scripts.MIGRATIONS)
        .table(TABLE)
        .defaultSchema(schema)
        .placeholders(Map.of(Scripts.SCHEMA_PLACEHOLDER, SchemaName.quote(schema)))
        .baselineOnMigrate(true) // the schema may hold the application's own tables
        .baselineVersion(String.valueOf(baseline))
        .target(String.valueOf(target));
  }

  private String table() {
    return SchemaName.quote(schema) + "." + TABLE;
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
