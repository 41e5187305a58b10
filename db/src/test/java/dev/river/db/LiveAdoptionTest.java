package dev.river.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A schema of another River client, which inserts and works jobs while it is adopted. */
class LiveAdoptionTest {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final String INSERT = "INSERT INTO river_job (kind, args) VALUES ('greet', '{}')";
  private static final String CLAIM = "river_job_claim_idx";

  private final FreshDatabase database = FreshDatabase.create();
  private final RiverMigrator migrator = database.migrator();
  private final ExecutorService executor = Executors.newCachedThreadPool();

  @BeforeEach
  void madeByAnother() {
    database.runPrinted(1, "public");
    database.run(INSERT);
  }

  @AfterEach
  void end() {
    executor.shutdownNow();
  }

  @Test
  void jobsAreInsertedWhileIndexesAreBuilt() throws Exception {
    try (Connection writer = database.dataSource().getConnection()) {
      begin(writer, INSERT);
      Future<List<Migration>> migration = executor.submit(migrator::migrate);
      awaitOne(
          "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
              + " AND query LIKE 'CREATE INDEX CONCURRENTLY%' AND wait_event_type = 'Lock'");

      database.run("SET lock_timeout = '2s'; " + INSERT);
      database.run("SET lock_timeout = '2s'; UPDATE river_job SET priority = 2 WHERE id = 1");

      assertThat(migration).isNotDone();
      writer.commit();
      assertThat(migration.get(BOUND.toSeconds(), TimeUnit.SECONDS))
          .extracting(Migration::version)
          .containsExactly(2, 3);
    }
    assertThat(database.query("SELECT count(*) FROM river_job")).containsExactly("3");
    assertThatCode(migrator::validate).doesNotThrowAnyException();
  }

  /** A migration that locked the table would wait for the writer, and all others for both. */
  @Test
  void theMigrationsThemselvesDoNotWaitForWriters() throws Exception {
    for (Migration migration : RiverMigrator.migrations()) {
      for (LiveIndex index : IndexesAhead.of(migration, "public")) {
        database.run("CREATE INDEX %s ON %s".formatted(index.name(), index.definition()));
      }
    }
    try (Connection writer = database.dataSource().getConnection()) {
      begin(writer, INSERT);

      Future<List<Migration>> migration = executor.submit(migrator::migrate);

      assertThat(migration.get(BOUND.toSeconds(), TimeUnit.SECONDS)).hasSize(2);
      writer.commit();
    }
  }

  @Test
  void buildsAnewWhatWasLeftUnfinished() {
    database.run("CREATE INDEX %s ON river_job (queue)".formatted(CLAIM));
    database.run(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = '%s'::regclass"
            .formatted(CLAIM));

    migrator.migrate();

    assertThat(
            database.query(
                "SELECT indisvalid AND pg_get_indexdef(indexrelid) LIKE '%scheduled_at, id) WHERE%'"
                    + " FROM pg_index WHERE indexrelid = 'river_job_claim_idx'::regclass"))
        .containsExactly("t");
  }

  @Test
  void givesTheSameCatalogAsMigrationsOfAnEmptySchema() {
    FreshDatabase empty = FreshDatabase.create();
    empty.migrator().migrate();

    migrator.migrate();

    assertThat(Catalog.of(database, "public")).isEqualTo(Catalog.of(empty, "public"));
  }

  /** So that one which is added later is built ahead too. */
  @Test
  void everyIndexOfTheJobTableButThatOfUniqueJobsIsBuiltAhead() {
    List<String> ahead =
        RiverMigrator.migrations().stream()
            .flatMap(migration -> IndexesAhead.of(migration, "public").stream())
            .map(LiveIndex::name)
            .toList();

    migrator.migrate();

    assertThat(
            database.query(
                "SELECT indexname FROM pg_indexes WHERE tablename = 'river_job'"
                    + " AND indexdef NOT LIKE 'CREATE UNIQUE%'"))
        .containsExactlyInAnyOrderElementsOf(ahead);
  }

  private static void begin(Connection connection, String sql) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void awaitOne(String count) {
    Instant end = Instant.now().plus(BOUND);
    while (!database.query(count).equals(List.of("1"))) {
      assertThat(Instant.now()).as(count).isBefore(end);
      Thread.onSpinWait();
    }
  }
}
