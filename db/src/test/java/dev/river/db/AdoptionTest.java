package dev.river.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A schema that something else than this migrator has made. */
class AdoptionTest {
  private final FreshDatabase database = FreshDatabase.create();
  private final RiverMigrator migrator = database.migrator();

  @Test
  void adoptsAnotherMigratorsSchemaWithItsJobs() {
    database.runPrinted(1, "public");
    database.run("INSERT INTO river_job (kind, args) VALUES ('greet', '{}')");
    assertThat(migrator.migrate()).extracting(Migration::version).containsExactly(2, 3);
    assertThatCode(migrator::validate).doesNotThrowAnyException();
    assertThat(migrator.list()).allMatch(MigrationStatus::applied);
    assertThat(migrator.migrate()).isEmpty();
    assertThat(database.query("SELECT kind FROM river_job")).containsExactly("greet");
  }

  @Test
  void adoptsWithoutMigratingFurtherThanAsked() {
    database.runPrinted(1, "public");
    assertThat(migrator.migrateTo(1)).isEmpty();
    assertThat(migrator.list())
        .extracting(MigrationStatus::applied)
        .containsExactly(true, false, false);
  }

  @Test
  void adoptsASchemaInAnotherPlace() {
    database.run("CREATE SCHEMA \"Jobs\"");
    database.runPrinted(1, "Jobs");
    assertThat(database.migrator("Jobs").migrate())
        .extracting(Migration::version)
        .containsExactly(2, 3);
  }

  @Test
  void adoptsASchemaOfALaterMainVersionAndOtherLines() {
    database.runPrinted(1, "public");
    database.run("INSERT INTO river_migration (line, version) VALUES ('main', 8), ('pro', 3)");
    assertThat(migrator.migrate()).extracting(Migration::version).containsExactly(2, 3);
  }

  @Test
  void refusesAnOlderSchema() {
    database.runPrinted(1, "public");
    database.run("DELETE FROM river_migration WHERE version = 7");
    List<String> before = database.objects("public");
    assertThatThrownBy(migrator::migrate)
        .isInstanceOf(MigrationException.class)
        .hasMessage(
            "schema public was migrated by another River client to main version 6:"
                + " bring it to 7 with that client's tool first");
    assertThat(database.objects("public")).isEqualTo(before);
  }

  @Test
  void refusesASchemaFromBeforeThereWereLines() {
    database.run(
        """
        CREATE TABLE river_migration (id bigint PRIMARY KEY, version bigint NOT NULL);
        INSERT INTO river_migration VALUES (1, 1), (2, 2), (3, 3), (4, 4)
        """);
    assertThatThrownBy(migrator::migrate)
        .isInstanceOf(MigrationException.class)
        .hasMessageContaining("to main version 4: bring it to 7");
  }

  @Test
  void adoptsWhatWasPrintedAndRunByHand() {
    runAllPrinted();
    assertThat(migrator.migrate()).isEmpty();
    assertThatCode(migrator::validate).doesNotThrowAnyException();
    assertThat(migrator.list()).allMatch(MigrationStatus::applied);
  }

  @Test
  void doesNotGoBackByMigratingWhatWasRunByHand() {
    runAllPrinted();
    assertThatThrownBy(() -> migrator.migrateTo(1))
        .isInstanceOf(MigrationException.class)
        .hasMessageContaining("is at version 3 already");
  }

  @Test
  void undoesAnAdoptedSchemaStepByStep() {
    runAllPrinted();
    migrator.migrate();
    assertThat(migrator.undoTo(1)).extracting(Migration::version).containsExactly(3, 2);
    assertThat(migrator.list())
        .extracting(MigrationStatus::applied)
        .containsExactly(true, false, false);
    assertThat(migrator.undoTo(0)).extracting(Migration::version).containsExactly(1);
    assertThat(database.objects("public")).allMatch(name -> name.startsWith(History.TABLE));
    assertThat(migrator.migrate()).isEqualTo(RiverMigrator.migrations());
  }

  @Test
  void doesNotUndoWhatItHasNotAdopted() {
    database.runPrinted(1, "public");
    assertThat(migrator.undoTo(0)).isEmpty();
    assertThat(database.objects("public")).contains("river_job");
  }

  @Test
  void adoptsAfterAnUndo() {
    migrator.migrate();
    migrator.undoTo(0);
    database.runPrinted(1, "public");
    assertThat(migrator.migrate()).extracting(Migration::version).containsExactly(2, 3);
  }

  @Test
  void adoptsBesideTablesOfTheApplication() {
    database.run("CREATE TABLE customer (name text)");
    migrator.migrate();
    migrator.undoTo(0);
    database.runPrinted(1, "public");
    assertThat(migrator.migrate()).extracting(Migration::version).containsExactly(2, 3);
    assertThatCode(migrator::validate).doesNotThrowAnyException();
  }

  private void runAllPrinted() {
    for (Migration migration : RiverMigrator.migrations()) {
      database.runPrinted(migration.version(), "public");
    }
  }
}
