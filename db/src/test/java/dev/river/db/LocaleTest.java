package dev.river.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Digits and letters of the JVM's locale are not those of SQL and of file names. */
class LocaleTest {
  private final FreshDatabase database = FreshDatabase.create();
  private Locale before;

  @BeforeEach
  void remember() {
    before = Locale.getDefault();
  }

  @AfterEach
  void restore() {
    Locale.setDefault(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ar-EG", "tr-TR", "fa-IR", "th-TH-u-nu-thai"})
  void migrationsAreAppliedPrintedAndUndone(String tag) {
    Locale.setDefault(Locale.forLanguageTag(tag));
    RiverMigrator migrator = database.migrator("river");

    assertThat(migrator.migrate()).isEqualTo(RiverMigrator.migrations());
    migrator.validate();
    assertThat(RiverMigrator.migrations())
        .allSatisfy(
            migration -> {
              assertThat(migration.sql("river")).isASCII();
              assertThat(migration.undoSql("river")).get().asString().isASCII();
            });
    assertThatThrownBy(() -> migrator.migrateTo(9)).hasMessage("version must be 1 to 3, got: 9");
    assertThat(migrator.undoTo(0)).hasSize(RiverMigrator.migrations().size());
  }
}
