package dev.river.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchIndexesTest {
  private static final String TAGS = "river_job_search_tags_idx";

  private final FreshDatabase database = FreshDatabase.create();
  private final RiverMigrator migrator = database.migrator();

  @BeforeEach
  void migrate() {
    migrator.migrate();
  }

  @Test
  void createsThemOnceAndDropsThemWithoutATrace() {
    List<String> before = Catalog.of(database, "public");

    List<String> created = migrator.createSearchIndexes();

    assertThat(created).hasSize(7).contains(TAGS).isSubsetOf(database.objects("public"));
    assertThat(migrator.createSearchIndexes()).isEmpty();
    assertThat(migrator.dropSearchIndexes()).isEqualTo(created);
    assertThat(migrator.dropSearchIndexes()).isEmpty();
    assertThat(Catalog.of(database, "public")).isEqualTo(before);
  }

  @Test
  void createsThemInItsOwnSchemaOnly() {
    RiverMigrator other = database.migrator("Jobs");
    other.migrate();

    assertThat(other.createSearchIndexes()).hasSize(7);

    assertThat(database.objects("Jobs")).contains(TAGS);
    assertThat(database.objects("public")).doesNotContain(TAGS);
  }

  @Test
  void saysWhichQueryEachServes() {
    List<String> created = migrator.createSearchIndexes();

    assertThat(
            database.query(
                "SELECT description FROM pg_description JOIN pg_class ON oid = objoid"
                    + " WHERE relname LIKE 'river_job_search_%'"))
        .hasSize(created.size())
        .allMatch(comment -> comment.startsWith("Serves "));
  }

  @Test
  void buildsAnewWhatWasLeftUnfinished() {
    migrator.createSearchIndexes();
    database.run(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = '%s'::regclass".formatted(TAGS));

    assertThat(migrator.createSearchIndexes()).containsExactly(TAGS);

    assertThat(
            database.query(
                "SELECT indisvalid FROM pg_index WHERE indexrelid = '%s'::regclass"
                    .formatted(TAGS)))
        .containsExactly("t");
  }

  @Test
  void isNotInTheWayOfMigrations() {
    migrator.createSearchIndexes();

    migrator.validate();
    assertThat(migrator.undoTo(0)).isNotEmpty();
    assertThat(migrator.migrate()).isNotEmpty();
    assertThat(migrator.createSearchIndexes()).hasSize(7);
  }

  @Test
  void severalMayCreateThemAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      var first = threads.submit(migrator::createSearchIndexes);
      var second = threads.submit(migrator::createSearchIndexes);

      int created =
          first.get(60, TimeUnit.SECONDS).size() + second.get(60, TimeUnit.SECONDS).size();
      assertThat(created).isEqualTo(7);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void needsTheTables() {
    RiverMigrator elsewhere = database.migrator("empty");

    assertThatThrownBy(elsewhere::createSearchIndexes).isInstanceOf(MigrationException.class);
    assertThat(elsewhere.dropSearchIndexes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "river_job_search_kind_idx     | kind = 'test' ORDER BY id",
        "river_job_search_working_idx  | state IN ('pending') AND queue = 'default' ORDER BY id",
        "river_job_search_ended_idx    | state IN ('cancelled', 'completed', 'discarded')"
            + " ORDER BY finalized_at, id",
        "river_job_search_failed_idx   | state IN ('discarded') ORDER BY finalized_at, id",
        "river_job_search_tags_idx     | tags && '{a}'::varchar[]",
        "river_job_search_metadata_idx | metadata @> '{\"a\": 1}'",
        "river_job_search_args_idx     | args @> '{\"a\": 1}'",
      })
  void eachServesItsQuery(String index, String query) {
    migrator.createSearchIndexes();

    switchOff("enable_seqscan");
    switchOff("enable_sort");

    assertThat(String.join("\n", database.query("EXPLAIN SELECT * FROM river_job WHERE " + query)))
        .contains(index);
  }

  /** Switches off, for new connections, what the planner prefers in an empty table. */
  private void switchOff(String setting) {
    database.run(
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %%I SET %s = off', current_database()); END $$"
            .formatted(setting));
  }
}
