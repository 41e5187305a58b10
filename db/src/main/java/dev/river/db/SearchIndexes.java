package dev.river.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Indexes for searching that working jobs does without. */
final class SearchIndexes {
  private static final String INVALID =
      """
      SELECT EXISTS (
        SELECT FROM pg_index
        JOIN pg_class ON pg_class.oid = indexrelid
        WHERE relnamespace = ?::regnamespace AND relname = ? AND NOT indisvalid)
      """;

  private static final List<Index> ALL =
      List.of(
          new Index("river_job_search_kind_idx", "(kind, id)", "lists of a kind"),
          new Index(
              "river_job_search_working_idx",
              "(state, queue, id) WHERE state IN ('pending', 'running')",
              "lists and counts of running and pending jobs"),
          new Index(
              "river_job_search_ended_idx",
              "(finalized_at, id) WHERE state IN ('cancelled', 'completed', 'discarded')",
              "lists of ended jobs in the order of their end"),
          new Index(
              "river_job_search_failed_idx",
              "(state, finalized_at, id) INCLUDE (queue) WHERE state IN ('cancelled', 'discarded')",
              "lists and counts of cancelled and discarded jobs, which are few among many ended"),
          new Index("river_job_search_tags_idx", "USING gin (tags)", "lists by tags"),
          new Index(
              "river_job_search_metadata_idx",
              "USING gin (metadata jsonb_path_ops)",
              "lists by a fragment of the metadata (@>)"),
          new Index(
              "river_job_search_args_idx",
              "USING gin (args jsonb_path_ops)",
              "conditions on a fragment of the arguments (@>)"));

  private SearchIndexes() {}

  /**
   * An index.
   *
   * @param name its name
   * @param definition what follows the table's name
   * @param purpose the queries that it serves, kept with it as a comment
   */
  private record Index(String name, String definition, String purpose) {}

  /** Not in a transaction: an index that is built concurrently can't be. */
  static List<String> create(Connection connection, String schema) throws SQLException {
    List<String> created = new ArrayList<>();
    for (Index index : ALL) {
      if (isInvalid(connection, schema, index)) {
        drop(connection, schema, index); // what a creation that was broken off has left
      }
      if (!exists(connection, schema, index)) {
        create(connection, schema, index);
        created.add(index.name());
      }
    }
    return created;
  }

  static List<String> drop(Connection connection, String schema) throws SQLException {
    List<String> dropped = new ArrayList<>();
    for (Index index : ALL) {
      if (exists(connection, schema, index)) {
        drop(connection, schema, index);
        dropped.add(index.name());
      }
    }
    return dropped;
  }

  private static void create(Connection connection, String schema, Index index)
      throws SQLException {
    String quoted = SchemaName.quote(schema);
    run(
        connection,
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS %s ON %s.river_job %s"
            .formatted(index.name(), quoted, index.definition()));
    run(
        connection,
        "COMMENT ON INDEX %s.%s IS 'Serves %s.'".formatted(quoted, index.name(), index.purpose()));
  }

  private static void drop(Connection connection, String schema, Index index) throws SQLException {
    run(
        connection,
        "DROP INDEX CONCURRENTLY IF EXISTS %s.%s"
            .formatted(SchemaName.quote(schema), index.name()));
  }

  private static boolean isInvalid(Connection connection, String schema, Index index)
      throws SQLException {
    return ask(connection, INVALID, SchemaName.quote(schema), index.name());
  }

  private static boolean exists(Connection connection, String schema, Index index)
      throws SQLException {
    return ask(
        connection,
        "SELECT to_regclass(? || '.' || ?) IS NOT NULL",
        SchemaName.quote(schema),
        index.name());
  }

  private static boolean ask(Connection connection, String question, String schema, String index)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(question)) {
      statement.setString(1, schema);
      statement.setString(2, index);
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
