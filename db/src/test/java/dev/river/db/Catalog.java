package dev.river.db;

import java.util.ArrayList;
import java.util.List;

/**
 * Everything that PostgreSQL's catalog knows of River's objects in a schema, as comparable text.
 */
final class Catalog {
  private static final List<String> QUERIES =
      List.of(
          """
          SELECT format('column %s.%s %s not null %s default %s identity %s collation %s',
            relname, attname, format_type(atttypid, atttypmod), attnotnull,
            pg_get_expr(adbin, adrelid), attidentity, attcollation)
          FROM pg_attribute
          JOIN pg_class ON pg_class.oid = attrelid
          LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
          WHERE relnamespace = 'SCHEMA'::regnamespace AND relkind = 'r' AND attnum > 0
            AND NOT attisdropped AND relname <> 'HISTORY'
          ORDER BY relname, attnum
          """,
          """
          SELECT format('relation %s kind %s persistence %s', relname, relkind, relpersistence)
          FROM pg_class
          WHERE relnamespace = 'SCHEMA'::regnamespace AND relname NOT LIKE 'HISTORY%'
          ORDER BY 1
          """,
          """
          SELECT format('constraint %s.%s %s', relname, conname, pg_get_constraintdef(pg_constraint.oid))
          FROM pg_constraint
          JOIN pg_class ON pg_class.oid = conrelid
          WHERE connamespace = 'SCHEMA'::regnamespace AND relname <> 'HISTORY'
          ORDER BY 1
          """,
          """
          SELECT 'index ' || indexdef FROM pg_indexes
          WHERE schemaname = 'SCHEMA' AND tablename <> 'HISTORY'
          ORDER BY 1
          """,
          """
          SELECT format('type %s %s', typname, array_agg(enumlabel ORDER BY enumsortorder))
          FROM pg_type JOIN pg_enum ON enumtypid = pg_type.oid
          WHERE typnamespace = 'SCHEMA'::regnamespace
          GROUP BY typname
          """,
          """
          SELECT 'function ' || pg_get_functiondef(oid) FROM pg_proc
          WHERE pronamespace = 'SCHEMA'::regnamespace
          ORDER BY 1
          """);

  private Catalog() {}

  static List<String> of(FreshDatabase database, String schema) {
    List<String> all = new ArrayList<>();
    for (String query : QUERIES) {
      all.addAll(database.query(query.replace("SCHEMA", schema).replace("HISTORY", History.TABLE)));
    }
    return all;
  }
}
