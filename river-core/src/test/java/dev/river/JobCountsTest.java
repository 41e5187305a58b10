package dev.river;

import static dev.river.testing.StoredJob.in;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.river.db.RiverMigrator;
import dev.river.job.JobState;
import dev.river.query.JobCount;
import dev.river.query.JobCounts;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class JobCountsTest {
  private static final int MANY = 60_000;

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private Jobs jobs;

  @BeforeEach
  void createClient() {
    jobs = river.client(RiverClient.builder(river.dataSource())).jobs();
  }

  @Test
  void countsEveryJobOfASmallTable() {
    in(river.dsl(), RiverJobState.available);
    in(river.dsl(), RiverJobState.available, job -> job.setQueue("mail"));
    in(river.dsl(), RiverJobState.completed);

    JobCounts counts = jobs.counts();

    assertThat(counts.of(JobState.AVAILABLE)).isEqualTo(new JobCount(2, true));
    assertThat(counts.of("mail", JobState.AVAILABLE)).isEqualTo(new JobCount(1, true));
    assertThat(counts.of("mail", JobState.COMPLETED)).isEqualTo(new JobCount(0, true));
    assertThat(counts.of("none", JobState.RUNNING)).isEqualTo(new JobCount(0, true));
    assertThat(counts.byQueue()).containsOnlyKeys("default", "mail");
    assertThat(counts.byState())
        .containsOnlyKeys(JobState.values())
        .containsEntry(JobState.COMPLETED, new JobCount(1, true));
    assertThat(counts)
        .hasToString("JobCounts[default={AVAILABLE=1, COMPLETED=1}, mail={AVAILABLE=1}]");
  }

  @Test
  void countsNothingInAnEmptyTable() {
    assertThat(jobs.counts().byState().values()).containsOnly(new JobCount(0, true));
  }

  @Test
  void countsWhatAnIndexLeadsToInALargeTableAndEstimatesTheRest() {
    storeManyCompleted("public");
    for (int i = 0; i < 5; i++) {
      in(river.dsl(), RiverJobState.available);
      in(river.dsl(), RiverJobState.scheduled, job -> job.setQueue("mail"));
    }
    in(river.dsl(), RiverJobState.running);

    JobCounts counts = jobs.counts();

    assertThat(counts.of(JobState.AVAILABLE)).isEqualTo(new JobCount(5, true));
    assertThat(counts.of("mail", JobState.SCHEDULED)).isEqualTo(new JobCount(5, true));
    assertThat(counts.of(JobState.RETRYABLE)).isEqualTo(new JobCount(0, true));
    assertThat(counts.of(JobState.RUNNING)).isEqualTo(new JobCount(1, true));
    assertThat(counts.of(JobState.PENDING).exact()).isFalse();
    assertThat(counts.of(JobState.COMPLETED).exact()).isFalse();
    assertThat(counts.of(JobState.COMPLETED).jobs()).isCloseTo(MANY, within((long) MANY / 10));
    assertThat(counts.of("slow", JobState.COMPLETED).jobs())
        .isCloseTo(MANY / 4, within((long) MANY / 20));
  }

  @Test
  void countsPendingJobsToWhereTheSearchIndexesAre() {
    storeManyCompleted("public");
    in(river.dsl(), RiverJobState.running);
    in(river.dsl(), RiverJobState.discarded);
    RiverMigrator.builder(river.dataSource()).build().createSearchIndexes();

    JobCounts counts = jobs.counts();

    assertThat(counts.of(JobState.RUNNING)).isEqualTo(new JobCount(1, true));
    assertThat(counts.of(JobState.DISCARDED)).isEqualTo(new JobCount(1, true));
    assertThat(counts.of(JobState.PENDING)).isEqualTo(new JobCount(0, true));
    assertThat(counts.of(JobState.COMPLETED))
        .satisfies(count -> assertThat(count.exact()).isFalse());
  }

  @Test
  void countsInTheSchemaOfItsClient() {
    RiverMigrator.builder(river.dataSource()).schema("Other").build().migrate();
    storeManyCompleted("\"Other\"");

    JobCounts counts =
        river.client(RiverClient.builder(river.dataSource()).schema("Other")).jobs().counts();

    assertThat(counts.of(JobState.AVAILABLE)).isEqualTo(new JobCount(0, true));
    assertThat(counts.of(JobState.COMPLETED).jobs()).isCloseTo(MANY, within((long) MANY / 10));
  }

  /** More than 32 MB of them. */
  private void storeManyCompleted(String schema) {
    river
        .dsl()
        .execute(
            """
            INSERT INTO %s.river_job (state, finalized_at, kind, queue, args)
            SELECT 'completed', now(), 'test', CASE WHEN mod(n, 4) = 0 THEN 'slow' ELSE 'default' END,
              jsonb_build_object('text', repeat('x', 700))
            FROM generate_series(1, ?) AS n
            """
                .formatted(schema),
            MANY);
  }
}
