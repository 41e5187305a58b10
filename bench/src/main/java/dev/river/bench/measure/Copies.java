package dev.river.bench.measure;

import dev.river.bench.postgres.BenchDatabase;
import dev.river.bench.system.JobTable;
import java.util.List;

/**
 * Makes a table of jobs large by copies of those that are in it, which must all be done.
 *
 * @param database where the table is
 * @param table the table
 */
record Copies(BenchDatabase database, JobTable table) {
  private static final int PATTERNS = 1_000;

  /** Adds copies until there are so many rows. */
  void growTo(int rows) {
    long there = database.sql().number("SELECT count(*) FROM " + table.qualified());
    if (there > 0 && there < rows) {
      add(rows - there, Math.min(PATTERNS, there));
    }
  }

  /** Has the server do now what it would do later, at any time. */
  void settle() {
    database.vacuum();
    database.checkpoint();
  }

  /** The copies of a row don't lie beside each other. */
  private void add(long rows, long patterns) {
    List<String> columns = columns();
    String names = String.join(", ", columns);
    boolean newIds = !table.newId().isEmpty();
    database
        .sql()
        .execute(
            """
            WITH pattern AS MATERIALIZED (SELECT * FROM %1$s LIMIT %2$s)
            INSERT INTO %1$s (%3$s)
            SELECT %4$s FROM generate_series(1, %5$s) CROSS JOIN pattern"""
                .formatted(
                    table.qualified(),
                    patterns,
                    newIds ? "id, " + names : names,
                    newIds ? table.newId() + ", " + names : names,
                    rows / patterns));
  }

  /** {@return the columns that a copy takes over: all but the number and what is computed} */
  private List<String> columns() {
    return database
        .sql()
        .texts(
            """
            SELECT quote_ident(column_name) FROM information_schema.columns
            WHERE table_schema = '%s' AND table_name = '%s'
              AND column_name <> 'id' AND is_generated = 'NEVER'
            ORDER BY ordinal_position"""
                .formatted(table.schema(), table.name()));
  }
}
