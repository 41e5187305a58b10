package dev.river.internal.maintain;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.river.error.DatabaseException;
import dev.river.internal.service.ServiceLoop;
import dev.river.internal.store.JobCleanings;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.StoredJob;
import dev.river.work.Retention;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JobCleanerTest {
  private static final Retention HOURS =
      Retention.builder()
          .completed(Duration.ofHours(1))
          .cancelled(Duration.ofHours(2))
          .discarded(Duration.ofHours(3))
          .build();

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private ClosableGate gate;

  @BeforeEach
  void openTheGate() {
    gate = new ClosableGate(river.database());
  }

  @Test
  void deletesTheJobsOfEachStateWhenTheirTimeHasCome() {
    ended(RiverJobState.completed, Duration.ofMinutes(61));
    ended(RiverJobState.cancelled, Duration.ofMinutes(121));
    ended(RiverJobState.discarded, Duration.ofMinutes(181));
    long completed = ended(RiverJobState.completed, Duration.ofMinutes(59));
    long cancelled = ended(RiverJobState.cancelled, Duration.ofMinutes(119));
    long discarded = ended(RiverJobState.discarded, Duration.ofMinutes(179));

    cleanAll(cleaner(HOURS, 100));

    assertThat(ids()).containsExactly(completed, cancelled, discarded);
  }

  @ParameterizedTest
  @EnumSource(RiverJobState.class)
  void deletesNoJobThatHasNotEnded(RiverJobState state) {
    boolean ended =
        List.of(RiverJobState.completed, RiverJobState.cancelled, RiverJobState.discarded)
            .contains(state);
    StoredJob.in(river.dsl(), state, job -> job.setCreatedAt(Instant.EPOCH));

    cleanAll(cleaner(HOURS, 100));

    assertThat(ids()).hasSize(ended ? 0 : 1);
  }

  @Test
  void keepsJobsForEverThatAreToBeKept() {
    long completed = StoredJob.in(river.dsl(), RiverJobState.completed);
    long cancelled = StoredJob.in(river.dsl(), RiverJobState.cancelled);
    StoredJob.in(river.dsl(), RiverJobState.discarded);

    cleanAll(
        cleaner(Retention.builder().keepCompletedForEver().keepCancelledForEver().build(), 100));

    assertThat(ids()).containsExactly(completed, cancelled);
  }

  @Test
  void deletesJobsThatHaveEndedAtNoTimeThatJavaKnows() {
    StoredJob.in(river.dsl(), RiverJobState.completed);
    river.dsl().execute("UPDATE river_job SET finalized_at = '-infinity'");

    cleanAll(cleaner(HOURS, 1));

    assertThat(ids()).isEmpty();
  }

  @Test
  void whatAQueueSaysWinsOverWhatTheClientSays() {
    queue(
        "short", "{\"completed\": \"PT0S\", \"cancelled\": \"forever\", \"discarded\": \"PT9H\"}");
    queue("long", "{\"completed\": \"PT9H\", \"cancelled\": \"PT9H\", \"discarded\": \"forever\"}");
    ended("short", RiverJobState.completed, Duration.ofMinutes(5));
    long cancelled = ended("short", RiverJobState.cancelled, Duration.ofDays(900));
    long completed = ended("long", RiverJobState.completed, Duration.ofHours(8));
    long discarded = ended("long", RiverJobState.discarded, Duration.ofDays(900));
    ended("other", RiverJobState.completed, Duration.ofHours(8));

    cleanAll(cleaner(HOURS, 100));

    assertThat(ids()).containsExactly(cancelled, completed, discarded);
  }

  @Test
  void whatAQueueSaysThatCannotBeReadDoesNotCountAndIsToldOnce() {
    log.expectWarnings();
    queue("odd", "{\"completed\": 5}");
    ended("odd", RiverJobState.completed, Duration.ofMinutes(61));
    long young = ended("odd", RiverJobState.completed, Duration.ofMinutes(59));
    JobCleaner cleaner = cleaner(HOURS, 100);

    cleanAll(cleaner);
    cleanAll(cleaner);

    assertThat(ids()).containsExactly(young);
    assertThat(log.warnings())
        .singleElement()
        .asString()
        .contains("queue odd", "{\"completed\": 5}");
  }

  @Test
  void deletesManyJobsInManyShortTransactions() {
    insertMany("default", 2_500);
    insertMany("other", 1_000);
    river
        .dsl()
        .execute(
            """
            CREATE TABLE deletions (transaction bigint, jobs bigint);
            CREATE FUNCTION note_deletions() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
              INSERT INTO deletions SELECT txid_current(), count(*) FROM gone;
              RETURN NULL;
            END $$;
            CREATE TRIGGER note AFTER DELETE ON river_job REFERENCING OLD TABLE AS gone
              FOR EACH STATEMENT EXECUTE FUNCTION note_deletions();
            """);

    cleanAll(cleaner(HOURS, 100));

    assertThat(ids()).isEmpty();
    // one more of each queue, which is empty and so the last one
    assertThat(river.dsl().fetchValue("SELECT max(jobs) FROM deletions")).isEqualTo(100L);
    assertThat(river.dsl().fetchValue("SELECT count(*) FROM deletions")).isEqualTo(37L);
    assertThat(river.dsl().fetchValue("SELECT count(DISTINCT transaction) FROM deletions"))
        .isEqualTo(37L);
  }

  @Test
  void passesOverJobsThatAnotherTransactionChanges() {
    long locked = StoredJob.in(river.dsl(), RiverJobState.completed);
    StoredJob.in(river.dsl(), RiverJobState.completed);
    JobCleaner cleaner = cleaner(HOURS, 1);

    river
        .dsl()
        .transaction(
            tx -> {
              tx.dsl().execute("SELECT id FROM river_job WHERE id = ? FOR UPDATE", locked);
              cleanAll(cleaner);
              assertThat(ids()).containsExactly(locked);
            });
    cleanAll(cleaner);

    assertThat(ids()).isEmpty();
  }

  @Test
  void leavesTheRestToWhoeverLeadsNow() {
    insertMany("default", 30);
    JobCleaner cleaner = cleaner(HOURS, 10);
    cleaner.run();
    cleaner.run();
    gate.open = false;
    cleaner.run();
    assertThat(ids()).hasSize(20);

    gate.open = true;
    cleanAll(cleaner);

    assertThat(ids()).isEmpty();
  }

  @Test
  void aStopEndsItBetweenTwoBatches() {
    insertMany("default", 20_000);
    ServiceLoop loop = new ServiceLoop("client", "cleaner", cleaner(HOURS, 10));
    loop.start();
    await().atMost(RiverDatabase.PATIENCE).until(() -> ids().size() < 20_000);

    loop.stop();

    int left = ids().size();
    assertThat(left).isBetween(1, 19_990);
    assertThat(left % 10).isZero();
  }

  @Test
  void takesSmallerBatchesWhenTheyTakeTooLong() {
    insertMany("default", 100);
    river
        .dsl()
        .execute(
            """
            CREATE FUNCTION be_slow_with_many() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
              IF (SELECT count(*) FROM gone) > 10 THEN PERFORM pg_sleep(60); END IF;
              RETURN NULL;
            END $$;
            CREATE TRIGGER slow AFTER DELETE ON river_job REFERENCING OLD TABLE AS gone
              FOR EACH STATEMENT EXECUTE FUNCTION be_slow_with_many();
            """);
    JobCleaner cleaner =
        new JobCleaner(gate, new JobCleanings(), HOURS, Duration.ofMillis(700), new BatchSize(100));
    cleaner.run();
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(cleaner::run)
          .isInstanceOfSatisfying(DatabaseException.class, e -> assertThat(e.isTimeout()).isTrue());
    }

    cleanAll(cleaner);

    assertThat(ids()).isEmpty();
  }

  @Test
  void whatIsWrongWithOneJobDoesNotKeepItFromOthers() {
    log.expectWarnings();
    insertMany("a", 5);
    insertMany("b", 5);
    river.dsl().execute("CREATE TABLE bills (job bigint REFERENCES river_job (id))");
    river.dsl().execute("INSERT INTO bills SELECT min(id) FROM river_job WHERE queue = 'a'");

    cleanAll(cleaner(HOURS, 100));

    assertThat(river.dsl().fetchValues(RIVER_JOB.ID)).containsExactlyElementsOf(billed());
  }

  private List<Long> billed() {
    return river.dsl().fetch("SELECT job FROM bills").getValues(0, Long.class);
  }

  private JobCleaner cleaner(Retention retention, int batch) {
    return new JobCleaner(
        gate, new JobCleanings(), retention, Duration.ofSeconds(30), new BatchSize(batch));
  }

  /** A look and all of its batches. */
  private static void cleanAll(JobCleaner cleaner) {
    while (cleaner.run().compareTo(Duration.ofSeconds(30)) < 0) {
      // the next batch
    }
  }

  private void queue(String name, String retention) {
    river
        .dsl()
        .execute(
            "INSERT INTO river_queue (name, metadata)"
                + " VALUES (?, jsonb_build_object('river:retention', ?::jsonb))",
            name,
            retention);
  }

  private long ended(RiverJobState state, Duration age) {
    return ended("default", state, age);
  }

  private long ended(String queue, RiverJobState state, Duration age) {
    return StoredJob.in(
        river.dsl(),
        state,
        job -> {
          job.setQueue(queue);
          job.setFinalizedAt(Instant.now().minus(age));
        });
  }

  private void insertMany(String queue, int jobs) {
    river
        .dsl()
        .execute(
            "INSERT INTO river_job (kind, args, queue, state, finalized_at)"
                + " SELECT 'test', '{}', ?, 'completed', now() - interval '2 days'"
                + " FROM generate_series(1, ?)",
            queue,
            jobs);
  }

  private List<Long> ids() {
    return river
        .dsl()
        .select(RIVER_JOB.ID)
        .from(RIVER_JOB)
        .orderBy(RIVER_JOB.ID)
        .fetch(RIVER_JOB.ID);
  }
}
