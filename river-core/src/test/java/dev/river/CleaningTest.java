package dev.river;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.river.job.InsertOpts;
import dev.river.query.Queue;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.StoredJob;
import dev.river.testing.TestArgs;
import dev.river.work.QueueConfig;
import dev.river.work.Retention;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CleaningTest {
  private static final Retention FOR_EVER =
      Retention.builder().keepCompletedForEver().keepDiscardedForEver().build();

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  @Test
  void theLeaderDeletesJobsThatHaveEndedLongAgo() {
    StoredJob.in(river.dsl(), RiverJobState.completed);
    long pending = StoredJob.in(river.dsl(), RiverJobState.pending);

    river.started(builder("one"));

    awaitJobs(List.of(pending));
  }

  @Test
  void aClientsRetentionCountsWhenItLeads() {
    long completed = StoredJob.in(river.dsl(), RiverJobState.completed);
    StoredJob.in(river.dsl(), RiverJobState.cancelled);

    river.started(builder("one").retention(FOR_EVER));

    awaitJobs(List.of(completed));
  }

  @Test
  void aQueuesRetentionHoldsWhicheverClientLeads() {
    long keptByQueue = ended("archive");
    RiverClient working = river.started(builder("working").queue("archive", config(FOR_EVER)));
    awaitRow("archive", row -> row.metadata().contains("forever"));
    working.stop();
    ended("default");

    river.started(builder("leading").retention(Retention.builder().build()));

    awaitJobs(List.of(keptByQueue));
  }

  @Test
  void aQueueThatKeepsNoCompletedJobsDeletesThemInsteadOfCompletingThem() {
    river
        .dsl()
        .execute(
            """
            CREATE TABLE completed (job bigint);
            CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN INSERT INTO completed VALUES (new.id); RETURN new; END';
            CREATE TRIGGER note AFTER UPDATE ON river_job FOR EACH ROW
            WHEN (new.state = 'completed') EXECUTE FUNCTION note();
            """);
    Retention none = Retention.builder().completed(Duration.ZERO).build();
    RiverClient client = river.started(builder("one").queue("brief", config(none)));

    client.insert(new TestArgs("a"), InsertOpts.builder().queue("brief").build());
    client.insert(new TestArgs("b"), InsertOpts.builder().queue("brief").build());

    awaitJobs(List.of());
    assertThat(river.dsl().fetchValue("SELECT count(*) FROM completed")).isEqualTo(0L);
  }

  @Test
  void aQueuesRetentionIsStoredBesideItsMetadataAndTakenBackWhenItIsNoLongerConfigured()
      throws Exception {
    RiverClient client = river.started(builder("one").queue("archive", config(FOR_EVER)));
    awaitRow("archive", row -> row.metadata().contains("forever"));
    client.queues().setMetadata("archive", Map.of("team", "red"));
    awaitRow("archive", row -> row.metadata().contains("forever"));

    client.queues().remove("archive");
    client.queues().add("archive", QueueConfig.builder().build());

    awaitRow("archive", row -> row.metadata().equals("{\"team\": \"red\"}"));
  }

  @Test
  void whatAnotherClientHasStoredAsRetentionIsLeftAlone() {
    String stored = "{\"river:retention\": {\"days\": 5}}";
    river
        .dsl()
        .execute(
            "INSERT INTO river_queue (name, metadata, updated_at) VALUES ('mail', ?::jsonb, '2020-01-01')",
            stored);

    river.started(builder("one").queue("mail", 1));

    awaitRow("mail", row -> row.updatedAt().isAfter(row.createdAt().minusSeconds(60)));
    assertThat(row("mail").metadata()).isEqualTo(stored);
  }

  @Test
  void metadataThatIsNoObjectIsLeftAlone() {
    river
        .dsl()
        .execute(
            "INSERT INTO river_queue (name, metadata, updated_at) VALUES ('mail', '[1]', '2020-01-01')");

    river.started(builder("one").queue("mail", config(FOR_EVER)));

    awaitRow("mail", row -> row.updatedAt().isAfter(row.createdAt().minusSeconds(60)));
    assertThat(row("mail").metadata()).isEqualTo("[1]");
  }

  @Test
  void clientsWithoutALeaderDeleteEachJobOnceAndWithoutAnError() {
    river
        .dsl()
        .execute(
            """
            CREATE TABLE deleted (id bigint);
            CREATE FUNCTION note_deletion() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
              INSERT INTO deleted VALUES (OLD.id);
              RETURN OLD;
            END $$;
            CREATE TRIGGER note BEFORE DELETE ON river_job
              FOR EACH ROW EXECUTE FUNCTION note_deletion();
            INSERT INTO river_job (kind, args, queue, state, finalized_at)
              SELECT 'test', '{}', 'q' || i % 4, 'completed', now() - interval '2 days'
              FROM generate_series(1, 8000) i;
            """);

    river.started(builder("one").pollOnly(true));
    river.started(builder("two").pollOnly(true));

    awaitJobs(List.of());
    assertThat(river.dsl().fetchValue("SELECT count(*) FROM deleted")).isEqualTo(8_000L);
    assertThat(river.dsl().fetchValue("SELECT count(DISTINCT id) FROM deleted")).isEqualTo(8_000L);
  }

  private RiverClientBuilder builder(String id) {
    return RiverClient.builder(river.dataSource())
        .id(id)
        .queue("default", 1)
        .workers(new Workers().add(TestArgs.class, (job, context) -> WorkResult.completed()));
  }

  private static QueueConfig config(Retention retention) {
    return QueueConfig.builder().retention(retention).build();
  }

  private long ended(String queue) {
    return StoredJob.in(river.dsl(), RiverJobState.completed, job -> job.setQueue(queue));
  }

  private void awaitJobs(List<Long> ids) {
    await()
        .atMost(RiverDatabase.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(river.dsl().select(RIVER_JOB.ID).from(RIVER_JOB).fetch(RIVER_JOB.ID))
                    .containsExactlyElementsOf(ids));
  }

  private void awaitRow(String queue, Predicate<Queue> wanted) {
    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(() -> queues().get(queue).filter(wanted).isPresent());
  }

  private Queue row(String queue) {
    return queues().get(queue).orElseThrow();
  }

  private Queues queues() {
    return RiverClient.builder(river.dataSource()).build().queues();
  }
}
