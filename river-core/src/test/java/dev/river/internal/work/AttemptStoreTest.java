package dev.river.internal.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.river.internal.codec.JsonCodec;
import dev.river.internal.store.JobClaims;
import dev.river.internal.store.JobResults;
import dev.river.job.JobRow;
import dev.river.testing.LogWatch;
import dev.river.testing.NewJobs;
import dev.river.testing.RiverDatabase;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AttemptStoreTest {
  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final JsonCodec codec = new JsonCodec();
  private AttemptStore store;

  @BeforeEach
  void start() {
    store = new AttemptStore("me", river.database(), new JobResults(codec), codec);
    store.start();
  }

  @AfterEach
  void stop() {
    store.stop();
  }

  @Test
  void progressOfALockedJobWaitsForNobodyAndTheNewestIsWritten() throws Exception {
    List<JobRow> jobs = claim(5);
    JobRow locked = jobs.get(0);
    try (Connection other = river.unpooled().getConnection();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("SELECT FROM river_job WHERE id = %s FOR UPDATE".formatted(locked.id()));

      jobs.forEach(job -> store.writeSoon(job, Map.of("progress", "1")));
      jobs.subList(1, 5).forEach(job -> awaitProgress(job, 1));
      jobs.forEach(job -> store.writeSoon(job, Map.of("progress", "2")));
      jobs.subList(1, 5).forEach(job -> awaitProgress(job, 2));

      // the holder goes on with the rows of others, in whatever order: nobody waits in a circle
      statement.execute("SELECT FROM river_job ORDER BY id DESC FOR UPDATE");
      assertThat(river.row(locked.id()).getMetadata().data()).doesNotContain("progress");
      other.commit();
    }
    awaitProgress(locked, 2);
  }

  @Test
  void progressThatIsRefusedKeepsNoOtherFromBeingWritten() {
    log.expectWarnings();
    List<JobRow> jobs = claim(5);
    river
        .dsl()
        .execute(
            "ALTER TABLE river_job ADD CHECK (id <> %s OR metadata = '{}')"
                .formatted(jobs.get(2).id()));

    jobs.forEach(job -> store.writeSoon(job, Map.of("progress", "1")));

    long refused = jobs.get(2).id();
    jobs.stream().filter(job -> job.id() != refused).forEach(job -> awaitProgress(job, 1));
    assertThat(river.row(refused).getMetadata().data()).isEqualTo("{}");
  }

  @Test
  void progressThatIsRefusedForNoKnownReasonIsWrittenLater() {
    log.expectWarnings();
    List<JobRow> jobs = claim(5);
    long refused = jobs.get(2).id();
    river
        .dsl()
        .execute(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              RAISE EXCEPTION 'no' USING ERRCODE = '42501';
            END $$
            """);
    river
        .dsl()
        .execute(
            "CREATE TRIGGER refusal BEFORE UPDATE ON river_job FOR EACH ROW WHEN (NEW.id = %s)"
                    .formatted(refused)
                + " EXECUTE FUNCTION refuse()");

    jobs.forEach(job -> store.writeSoon(job, Map.of("progress", "1")));

    jobs.stream().filter(job -> job.id() != refused).forEach(job -> awaitProgress(job, 1));
    String warning = "job %s: its progress is refused".formatted(refused);
    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(() -> log.warnings().stream().anyMatch(line -> line.contains(warning)));
    river.dsl().execute("DROP TRIGGER refusal ON river_job");
    awaitProgress(jobs.get(2), 1);
  }

  private void awaitProgress(JobRow job, int progress) {
    await()
        .atMost(RiverDatabase.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(river.row(job.id()).getMetadata().data())
                    .isEqualTo("{\"progress\": %s}".formatted(progress)));
  }

  private List<JobRow> claim(int count) {
    for (int i = 0; i < count; i++) {
      river.insert(NewJobs.available());
    }
    return river.database().call(db -> new JobClaims(codec).claim(db, "default", "me", count));
  }
}
