package dev.river.db;

import java.util.regex.Pattern;

/** The rule for schema names. */
final class SchemaName {
  private static final Pattern VALID = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

  /** A channel is named {@code <schema>.river_leadership} and PostgreSQL cuts names at 63 bytes. */
  private static final int MAX_LENGTH = 46;

  private SchemaName() {}

  static String check(String schema) {
    if (schema.length() > MAX_LENGTH || !VALID.matcher(schema).matches()) {
      throw new IllegalArgumentException(
          "schema must be 1 to %s letters, digits or underscores and not start with a digit, got: %s"
              .formatted(MAX_LENGTH, schema));
    }
    return schema;
  }

  static String quote(String schema) {
    return '"' + check(schema) + '"';
  }
}
