package dev.river.db;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The SQL files of this module, found by version. */
final class Scripts {
  static final String MIGRATIONS = "dev/river/db/migration";
  static final String SCHEMA_PLACEHOLDER = "schema";
  private static final String UNDOS = "dev/river/db/undo";

  private static final List<Migration> ALL =
      List.of(
          new Migration(1, "river tables"),
          new Migration(2, "work indexes"),
          new Migration(3, "fleet"));

  private final String text;

  private Scripts(String text) {
    this.text = text;
  }

  static List<Migration> all() {
    return ALL;
  }

  /** {@return the newest version of this release} */
  static int newest() {
    return ALL.get(ALL.size() - 1).version();
  }

  static Scripts migration(Migration migration) {
    return read(MIGRATIONS, 'V', migration)
        .orElseThrow(() -> new IllegalStateException("no file for " + migration));
  }

  static Optional<Scripts> undo(Migration migration) {
    return read(UNDOS, 'U', migration);
  }

  String forSchema(String schema) {
    return text.replace("${" + SCHEMA_PLACEHOLDER + "}", SchemaName.quote(schema));
  }

  private static Optional<Scripts> read(String folder, char prefix, Migration migration) {
    String name = migration.description().toLowerCase(Locale.ROOT).replace(' ', '_');
    String path = "%s/%s%s__%s.sql".formatted(folder, prefix, migration.version(), name);
    try (InputStream in = Scripts.class.getClassLoader().getResourceAsStream(path)) {
      return in == null
          ? Optional.empty()
          : Optional.of(new Scripts(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
