package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_MIGRATION;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.val;

import dev.river.error.SchemaNotMigratedException;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.impl.SQLDataType;

/** Tells which version of River's schema a database holds. */
public final class SchemaVersions {
  /** The version of our migrations that the statements of this package need. */
  private static final int REQUIRED = 3;

  /** The migrations write their versions to River's own table, under a line of their own. */
  private static final String LINE = "java";

  private final Optional<String> schema;

  /**
   * Creates it.
   *
   * @param schema the schema of River's tables; empty to follow the search path
   */
  public SchemaVersions(Optional<String> schema) {
    this.schema = schema;
  }

  /**
   * {@return the version that the database holds} It is the one that this release needs, or a newer
   * one.
   *
   * @param db where to run
   * @throws SchemaNotMigratedException if it does not
   */
  public int checked(DSLContext db) {
    int found = found(db);
    if (found < REQUIRED) {
      throw schema
          .map(name -> SchemaNotMigratedException.ofSchema(name, found, REQUIRED))
          .orElseGet(
              () -> SchemaNotMigratedException.ofSearchPath(searchPath(db), found, REQUIRED));
    }
    return found;
  }

  /**
   * Checks that the database holds the tables that clients of all languages share.
   *
   * @param db where to run
   * @throws SchemaNotMigratedException if it does not
   */
  public void checkShared(DSLContext db) {
    if (!hasMigrationTable(db)) {
      checked(db);
    }
  }

  /**
   * {@return whether the database holds the version that this release needs, or a newer one}
   *
   * @param db where to run
   */
  public boolean isCurrent(DSLContext db) {
    return found(db) >= REQUIRED;
  }

  private int found(DSLContext db) {
    return hasMigrationTable(db) ? version(db) : 0;
  }

  private boolean hasMigrationTable(DSLContext db) {
    String table = schema.map(name -> '"' + name + "\".").orElse("") + RIVER_MIGRATION.getName();
    return db.select(function("to_regclass", SQLDataType.CLOB, val(table)).isNotNull())
        .fetchSingle()
        .value1();
  }

  private static int version(DSLContext db) {
    return db.select(coalesce(max(RIVER_MIGRATION.VERSION), inline(0L)))
        .from(RIVER_MIGRATION)
        .where(RIVER_MIGRATION.LINE.eq(LINE))
        .fetchSingle()
        .value1()
        .intValue();
  }

  private static String searchPath(DSLContext db) {
    return db.select(field("current_setting('search_path')", SQLDataType.CLOB))
        .fetchSingle()
        .value1();
  }
}
