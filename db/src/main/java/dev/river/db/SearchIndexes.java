package dev.river.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Indexes for searching that working jobs does without. */
final class SearchIndexes {
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
  private record Index(String name, String definition, String purpose) {
    LiveIndex in(String schema) {
      return new LiveIndex(schema, name, "river_job " + definition);
    }
  }

  /** Not in a transaction: an index that is built concurrently can't be. */
  static List<String> create(Connection connection, String schema) throws SQLException {
    List<String> created = new ArrayList<>();
    for (Index index : ALL) {
      LiveIndex live = index.in(schema);
      if (live.build(connection)) {
        live.comment(connection, "Serves %s.".formatted(index.purpose()));
        created.add(index.name());
      }
    }
    return created;
  }

  static List<String> drop(Connection connection, String schema) throws SQLException {
    List<String> dropped = new ArrayList<>();
    for (Index index : ALL) {
      if (index.in(schema).drop(connection)) {
        dropped.add(index.name());
      }
    }
    return dropped;
  }
}
