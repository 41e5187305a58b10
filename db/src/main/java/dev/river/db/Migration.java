package dev.river.db;

import java.util.Optional;

/**
 * One version of River's schema.
 *
 * <p>Its SQL can be printed without a database, for people who apply it with a tool of their own.
 *
 * @param version the version, counted from 1 without a gap
 * @param description what the migration brings, in a few words
 */
public record Migration(int version, String description) {

  /**
   * {@return the statements that bring this version, to be run in one transaction after those of
   * the version before}
   *
   * @param schema the schema that holds River's tables; it must exist when the statements run
   * @throws IllegalArgumentException if the name is not a valid schema name (see {@link
   *     RiverMigrator.Builder#schema})
   */
  public String sql(String schema) {
    return Scripts.migration(this).forSchema(schema);
  }

  /**
   * {@return the statements that take this version back, or empty where that is not possible} They
   * delete what the version stored: undoing version 1 deletes every job.
   *
   * @param schema the schema that holds River's tables
   * @throws IllegalArgumentException if the name is not a valid schema name
   */
  public Optional<String> undoSql(String schema) {
    return Scripts.undo(this).map(script -> script.forSchema(schema));
  }
}
