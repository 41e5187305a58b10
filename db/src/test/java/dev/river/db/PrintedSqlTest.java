package dev.river.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PrintedSqlTest {
  private final FreshDatabase migrated = FreshDatabase.create();
  private final FreshDatabase byHand = FreshDatabase.create();

  @Test
  void givesTheSameCatalogAsTheMigrator() {
    migrated.migrator("river").migrate();
    byHand.run("CREATE SCHEMA river");
    for (Migration migration : RiverMigrator.migrations()) {
      byHand.runPrinted(migration.version(), "river");
    }
    assertThat(Catalog.of(byHand, "river"))
        .isEqualTo(Catalog.of(migrated, "river"))
        .anyMatch(line -> line.startsWith("column river_job.unique_states bit(8)"))
        .anyMatch(line -> line.startsWith("constraint river_job.priority_in_range CHECK"))
        .anyMatch(line -> line.startsWith("index CREATE UNIQUE INDEX river_job_unique_idx"))
        .anyMatch(line -> line.startsWith("type river_job_state {available,cancelled"))
        .anyMatch(line -> line.startsWith("relation river_leader kind r persistence u"))
        .anyMatch(line -> line.startsWith("function CREATE OR REPLACE FUNCTION"));
  }

  @Test
  void undoneByHandLeavesNothing() {
    byHand.run("CREATE SCHEMA river");
    List<Migration> all = RiverMigrator.migrations();
    for (Migration migration : all) {
      byHand.runPrinted(migration.version(), "river");
    }
    for (int i = all.size() - 1; i >= 0; i--) {
      byHand.run(all.get(i).undoSql("river").orElseThrow());
    }
    assertThat(byHand.objects("river")).isEmpty();
  }
}
