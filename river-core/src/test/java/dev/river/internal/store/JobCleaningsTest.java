package dev.river.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.db.RiverMigrator;
import dev.river.internal.store.JobCleanings.Deleted;
import dev.river.internal.store.JobCleanings.Ended;
import dev.river.job.JobState;
import dev.river.testing.RiverDatabase;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.ResultQuery;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class JobCleaningsTest {
  private static final Ended COMPLETED = new Ended("q0", JobState.COMPLETED, 0);

  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final JobCleanings cleanings = new JobCleanings();

  /** 30,000 jobs in three queues, of which every third has ended, one each second up to now. */
  @BeforeEach
  void insertJobs() {
    river
        .dsl()
        .execute(
            """
            INSERT INTO river_job (kind, args, queue, state, finalized_at)
            SELECT 'test', '{}', 'q' || i % 3,
              (CASE i / 3 % 3 WHEN 0 THEN 'completed' WHEN 1 THEN 'pending' ELSE 'available' END)
                ::river_job_state,
              CASE i / 3 % 3 WHEN 0 THEN now() - interval '1 second' * i END
            FROM generate_series(0, 29999) i
            """);
    river.dsl().execute("ANALYZE river_job");
  }

  @Test
  void findsEachQueueAndStateInWhichJobsHaveEnded() {
    river
        .dsl()
        .execute(
            "UPDATE river_job SET state = 'discarded' WHERE id = (SELECT min(id) FROM river_job)");

    assertThat(river.database().call(cleanings::ended))
        .extracting(ended -> ended.queue() + " " + ended.state())
        .containsExactly("q0 COMPLETED", "q0 DISCARDED", "q1 COMPLETED", "q2 COMPLETED");
  }

  @Test
  void looksOnceAtTheIndexForEachQueueAndState() {
    String plan = plan(cleanings::heads, true);

    assertThat(plan).contains("river_job_finalized_idx").doesNotContain("Sort", "Seq Scan");
    // Only one row is read by each scan of the index.
    assertThat(plan).contains("rows=1.00 loops=3").doesNotContain("Rows Removed");
  }

  @Test
  void deletesByTheIndexWithoutSorting() {
    String first = planOfDeletion(Optional.empty());
    String next = planOfDeletion(Optional.of("2020-01-01 00:00:00+00"));

    assertThat(first)
        .contains("river_job_finalized_idx", "river_job_pkey")
        .doesNotContain("Sort", "Seq Scan");
    assertThat(next)
        .contains("river_job_finalized_idx", "river_job_pkey")
        .doesNotContain("Sort", "Seq Scan");
  }

  @Test
  void deletesTheOldestFirstAndSaysWhereToGoOn() {
    Deleted first = delete(Optional.empty());
    Deleted second = delete(first.lastAt());

    assertThat(first.jobs()).isEqualTo(10);
    assertThat(second.jobs()).isEqualTo(10);
    assertThat(
            river
                .dsl()
                .fetchValue(
                    "SELECT count(*) FROM river_job WHERE finalized_at <= ?::timestamptz"
                        + " AND queue = 'q0'",
                    second.lastAt().orElseThrow()))
        .isEqualTo(0L);
    assertThat(river.dsl().fetchValue("SELECT count(*) FROM river_job")).isEqualTo(29_980L);
  }

  @Test
  void cleansTheSchemaOfItsClient() {
    RiverMigrator.builder(river.dataSource()).schema("Other").build().migrate();
    river
        .dsl()
        .execute(
            "INSERT INTO \"Other\".river_job (kind, args, queue, state, finalized_at)"
                + " VALUES ('test', '{}', 'q9', 'completed', '-infinity')");
    Database other = new Database(river.dataSource(), Optional.of("Other"));

    Ended found = other.call(cleanings::ended).getFirst();

    assertThat(found).isEqualTo(new Ended("q9", JobState.COMPLETED, Double.POSITIVE_INFINITY));
    assertThat(other.call(cleanings::retentions)).isEmpty();
    assertThat(
            other
                .call(db -> cleanings.delete(db, found, Duration.ZERO, Optional.empty(), 10))
                .jobs())
        .isEqualTo(1);
  }

  private Deleted delete(Optional<String> from) {
    return river
        .database()
        .call(db -> cleanings.delete(db, COMPLETED, Duration.ofHours(1), from, 10));
  }

  private String planOfDeletion(Optional<String> from) {
    return plan(
        db -> {
          cleanings.planByIndex(db);
          return cleanings.deletion(db, COMPLETED, Duration.ofHours(1), from, 1_000);
        },
        false);
  }

  private String plan(Function<DSLContext, ResultQuery<?>> query, boolean run) {
    return river
        .database()
        .callAtomically(
            db -> {
              String sql = db.renderInlined(query.apply(db));
              return db.fetch((run ? "EXPLAIN (ANALYZE) " : "EXPLAIN ") + sql).format(1_000);
            });
  }
}
