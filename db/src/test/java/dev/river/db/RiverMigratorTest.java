package dev.river.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RiverMigratorTest {
  private final FreshDatabase database = FreshDatabase.create();
  private final RiverMigrator migrator = database.migrator();

  @Test
  void migratesToTheNewestVersion() {
    assertThat(migrator.migrate()).isEqualTo(RiverMigrator.migrations());
    assertThat(database.objects("public")).contains("river_job", "river_job_claim_idx");
  }

  @Test
  void doesNothingTheSecondTime() {
    migrator.migrate();
    assertThat(migrator.migrate()).isEmpty();
  }

  @Test
  void migratesToAVersionAndOnFromThere() {
    assertThat(migrator.migrateTo(1)).extracting(Migration::version).containsExactly(1);
    assertThat(migrator.migrateTo(1)).isEmpty();
    assertThat(database.objects("public"))
        .contains("river_job")
        .doesNotContain("river_job_claim_idx");
    assertThat(migrator.migrate()).extracting(Migration::version).containsExactly(2, 3);
  }

  @Test
  void doesNotGoBackByMigrating() {
    migrator.migrate();
    assertThatThrownBy(() -> migrator.migrateTo(1))
        .isInstanceOf(MigrationException.class)
        .hasMessageContaining("schema public is at version 3 already: use undoTo(1)");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 4})
  void refusesToMigrateToAVersionThatDoesNotExist(int version) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> migrator.migrateTo(version))
        .withMessage("version must be 1 to 3, got: " + version);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 4})
  void refusesToUndoToAVersionThatDoesNotExist(int version) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> migrator.undoTo(version))
        .withMessage("version must be 0 to 3, got: " + version);
  }

  @Test
  void recordsWhatAnotherRiverMigratorWouldRecord() {
    migrator.migrate();
    assertThat(
            database.query(
                "SELECT line || ' ' || version FROM river_migration ORDER BY line DESC, version"))
        .containsExactly(
            "main 1", "main 2", "main 3", "main 4", "main 5", "main 6", "main 7", "java 2",
            "java 3");
  }

  @Test
  void undoesToNothingAndLeavesOnlyItsHistory() {
    migrator.migrate();
    assertThat(migrator.undoTo(0)).extracting(Migration::version).containsExactly(3, 2, 1);
    assertThat(database.objects("public"))
        .isNotEmpty()
        .allMatch(name -> name.startsWith(History.TABLE));
    assertThat(migrator.undoTo(0)).isEmpty();
  }

  @Test
  void migratesAgainAfterAnUndo() {
    migrator.migrate();
    List<String> before = Catalog.of(database, "public");
    migrator.undoTo(0);
    assertThat(migrator.migrate()).isEqualTo(RiverMigrator.migrations());
    assertThat(Catalog.of(database, "public")).isEqualTo(before);
    assertThatCode(migrator::validate).doesNotThrowAnyException();
  }

  @Test
  void keepsTheJobsWhenTheIndexesAreTakenBack() {
    migrator.migrate();
    database.run("INSERT INTO river_job (kind, args) VALUES ('greet', '{}')");
    assertThat(migrator.undoTo(1)).extracting(Migration::version).containsExactly(3, 2);
    migrator.migrate();
    assertThat(database.query("SELECT kind FROM river_job")).containsExactly("greet");
  }

  @Test
  void anUndoThatFailsChangesNothing() {
    migrator.migrate();
    database.run("CREATE VIEW mine AS SELECT id FROM river_job");
    assertThatThrownBy(() -> migrator.undoTo(0))
        .isInstanceOf(MigrationException.class)
        .hasMessageContaining("version 1 could not be taken back")
        .hasMessageContaining("depend");
    assertThat(database.objects("public")).contains("river_job", "river_queue", "river_leader");
    assertThat(migrator.list())
        .extracting(MigrationStatus::applied)
        .containsExactly(true, false, false);
  }

  @Test
  void aMigrationThatFailsIsRolledBack() {
    migrator.migrateTo(1);
    database.run("CREATE INDEX river_job_schedule_idx ON river_job (id)");
    assertThatThrownBy(migrator::migrate)
        .isInstanceOf(MigrationException.class)
        .hasMessageContaining("river_job_schedule_idx");
    assertThat(database.objects("public")).doesNotContain("river_job_claim_idx");
    database.run("DROP INDEX river_job_schedule_idx");
    assertThat(migrator.migrate()).extracting(Migration::version).containsExactly(2, 3);
  }

  @Test
  void listsEveryVersionWithItsState() {
    assertThat(migrator.list())
        .extracting(MigrationStatus::migration)
        .isEqualTo(RiverMigrator.migrations());
    assertThat(migrator.list()).noneMatch(MigrationStatus::applied);
    migrator.migrateTo(1);
    assertThat(migrator.list())
        .extracting(MigrationStatus::applied)
        .containsExactly(true, false, false);
    assertThat(migrator.list().get(0).appliedAt().orElseThrow())
        .isBetween(
            Instant.now().minus(Duration.ofMinutes(5)), Instant.now().plus(Duration.ofMinutes(5)));
  }

  @Test
  void listsAndValidatesWithoutChangingAnything() {
    migrator.list();
    assertThatThrownBy(migrator::validate).isInstanceOf(MigrationException.class);
    assertThat(database.objects("public")).isEmpty();
  }

  @Test
  void findsTheNewestSchemaValid() {
    migrator.migrate();
    assertThatCode(migrator::validate).doesNotThrowAnyException();
  }

  @Test
  void findsAMissingVersionInvalid() {
    migrator.migrateTo(1);
    assertThatThrownBy(migrator::validate)
        .isInstanceOf(MigrationException.class)
        .hasMessageContaining("migrate() applies what is missing")
        .hasMessageContaining("version 2");
  }

  @Test
  void findsASchemaThatDoesNotExistInvalid() {
    assertThatThrownBy(database.migrator("nowhere")::validate)
        .isInstanceOf(MigrationException.class)
        .hasMessageContaining("nowhere");
  }

  @Test
  void findsAChangedVersionInvalidAndDoesNotBuildOnIt() {
    migrator.migrateTo(1);
    database.run("UPDATE river_flyway_history SET checksum = 1 WHERE version = '1'");
    assertThatThrownBy(migrator::validate)
        .isInstanceOf(MigrationException.class)
        .hasMessageContaining("version 1")
        .hasMessageContaining("checksum");
    assertThatThrownBy(migrator::migrate)
        .isInstanceOf(MigrationException.class)
        .hasMessageContaining("checksum");
    assertThat(database.objects("public")).doesNotContain("river_job_claim_idx");
  }

  @Test
  void leavesASchemaOfANewerReleaseAlone() {
    migrator.migrate();
    bringToVersion4();
    List<String> before = Catalog.of(database, "public");
    assertThat(migrator.migrate()).isEmpty();
    assertThatCode(migrator::validate).doesNotThrowAnyException();
    assertThat(migrator.list()).allMatch(MigrationStatus::applied);
    assertThat(Catalog.of(database, "public")).isEqualTo(before);
  }

  @Test
  void doesNotUndoUnderneathAVersionOfANewerRelease() {
    migrator.migrate();
    bringToVersion4();
    assertThatThrownBy(() -> migrator.undoTo(1))
        .isInstanceOf(MigrationException.class)
        .hasMessageContaining("schema public is at version 4")
        .hasMessageContaining("newer release");
    assertThat(database.objects("public")).contains("river_job_claim_idx");
  }

  /** What the next release would leave behind. */
  private void bringToVersion4() {
    database.run(
        """
        INSERT INTO river_flyway_history
          (installed_rank, version, description, type, script, checksum, installed_by,
           execution_time, success)
        VALUES (99, '4', 'search indexes', 'SQL', 'V4__search_indexes.sql', 1, 'me', 1, true)
        """);
  }
}
