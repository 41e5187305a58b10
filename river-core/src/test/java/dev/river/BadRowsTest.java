package dev.river;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.river.query.JobQuery;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.LogWatch;
import dev.river.testing.NewJobs;
import dev.river.testing.RiverDatabase;
import dev.river.testing.StoredJob;
import dev.river.testing.TestArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jooq.JSONB;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One row that can't be claimed, read or changed harms one job. */
class BadRowsTest {
  /** 1.2 GB as text, which is more than PostgreSQL can send. */
  private static final String UNREADABLE = "jsonb_build_object('data', repeat(chr(1), 200000000))";

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final ConcurrentLinkedQueue<Integer> errorsSeen = new ConcurrentLinkedQueue<>();

  @Test
  void aJobWhoseAttemptsCanNotBeCountedAnyMoreIsWorked() {
    long full =
        StoredJob.in(
            river.dsl(),
            RiverJobState.available,
            job -> {
              job.setAttempt((int) Short.MAX_VALUE);
              job.setMaxAttempts((int) Short.MAX_VALUE);
              job.setArgs(JSONB.valueOf("{\"name\": \"a\"}"));
            });
    List<Long> good = insertGood(3);

    start();

    river.awaitAll(good, RiverJobState.completed);
    assertThat(river.awaitState(full, RiverJobState.completed).getAttempt())
        .isEqualTo((int) Short.MAX_VALUE);
  }

  @Test
  void jobsAreRetriedBesideOneWhoseAttemptsCanNotBeCountedAnyMore() {
    long full =
        StoredJob.in(
            river.dsl(),
            RiverJobState.discarded,
            job -> {
              job.setAttempt((int) Short.MAX_VALUE);
              job.setMaxAttempts((int) Short.MAX_VALUE);
            });
    long other = StoredJob.in(river.dsl(), RiverJobState.discarded);

    List<Long> retried =
        river.client(RiverClient.builder(river.dataSource())).jobs().retryAll(JobQuery.all(), 10);

    assertThat(retried).containsExactly(full, other);
  }

  @Test
  void aJobWhoseArgumentsCanNotBeReadFailsAloneAndTheOthersAreWorked() {
    log.expectWarnings();
    long bad = insertUnreadable(25);
    List<Long> good = insertGood(50);

    RiverClient client = start();

    // The server takes seconds to find out that it can't send such a value.
    await()
        .atMost(RiverDatabase.PATIENCE.multipliedBy(4))
        .untilAsserted(
            () ->
                assertThat(
                        river
                            .dsl()
                            .fetchCount(RIVER_JOB, RIVER_JOB.STATE.eq(RiverJobState.completed)))
                    .isEqualTo(good.size()));
    await()
        .atMost(RiverDatabase.PATIENCE.multipliedBy(4))
        .until(() -> state(bad).equals("retryable"));
    assertThat(errors(bad)).contains("arguments and metadata can't be read").hasSizeLessThan(1_000);
    client.stop();
    awaitThatTheServerRests();
  }

  /** A server that turns such a value into text can't be interrupted, nor its database dropped. */
  private void awaitThatTheServerRests() {
    await()
        .atMost(RiverDatabase.PATIENCE.multipliedBy(4))
        .until(
            () ->
                river
                    .dsl()
                    .fetchSingle(
                        "SELECT count(*) = 0 FROM pg_stat_activity WHERE state = 'active'"
                            + " AND datname = current_database() AND pid <> pg_backend_pid()")
                    .get(0, Boolean.class));
  }

  @Test
  void aJobThatATriggerRefusesToChangeIsPassedOver() {
    log.expectWarnings();
    long bad = river.insert(NewJobs.ofKind("bad"));
    List<Long> good = insertGood(20);
    refuse("UPDATE", "NEW.kind = 'bad'");

    start();

    river.awaitAll(good, RiverJobState.completed);
    good = insertGood(3);
    river.awaitAll(good, RiverJobState.completed);
    assertThat(river.row(bad).getState()).isEqualTo(RiverJobState.available);
    assertThat(log.warnings()).filteredOn(line -> line.contains("job " + bad)).hasSize(1);
  }

  @Test
  void jobsAreMadeAvailableAndDeletedBesideOneThatATriggerRefusesToChange() {
    log.expectWarnings();
    long bad = StoredJob.in(river.dsl(), RiverJobState.scheduled, job -> job.setKind("bad"));
    List<Long> good = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      good.add(StoredJob.in(river.dsl(), RiverJobState.scheduled));
    }
    river.dsl().execute("UPDATE river_job SET scheduled_at = now(), args = '{\"name\": \"a\"}'");
    long kept = StoredJob.in(river.dsl(), RiverJobState.cancelled, job -> job.setKind("bad"));
    long deleted = StoredJob.in(river.dsl(), RiverJobState.cancelled);
    refuse("UPDATE", "NEW.kind = 'bad'");
    refuse("DELETE", "OLD.kind = 'bad'");

    start();

    river.awaitAll(good, RiverJobState.completed);
    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(() -> river.dsl().fetchCount(RIVER_JOB, RIVER_JOB.ID.eq(deleted)) == 0);
    assertThat(river.row(bad).getState()).isEqualTo(RiverJobState.scheduled);
    assertThat(river.row(kept).getState()).isEqualTo(RiverJobState.cancelled);
  }

  @Test
  void jobsAreRetriedBesideOneThatATriggerRefusesToChange() {
    log.expectWarnings();
    long bad = StoredJob.in(river.dsl(), RiverJobState.discarded, job -> job.setKind("bad"));
    long good = StoredJob.in(river.dsl(), RiverJobState.discarded);
    refuse("UPDATE", "NEW.kind = 'bad'");
    RiverClient client = river.client(RiverClient.builder(river.dataSource()));

    assertThat(client.jobs().retryAll(JobQuery.all(), 10)).containsExactly(good);
    river
        .dsl()
        .execute(
            "UPDATE river_job SET state = 'discarded', finalized_at = now()"
                + " WHERE id = "
                + good);
    river
        .dsl()
        .transaction(
            tx ->
                assertThat(client.jobs(tx.dsl()).retryAll(JobQuery.all(), 10))
                    .containsExactly(good));
    assertThat(river.row(bad).getState()).isEqualTo(RiverJobState.discarded);
    assertThat(river.row(good).getState()).isNotEqualTo(RiverJobState.discarded);
  }

  @Test
  void aWorkerIsGivenTheNumberOfLongErrorsAndTheNewestOfThem() {
    long id =
        river
            .dsl()
            .fetchSingle(
                "INSERT INTO river_job (kind, args, attempt, errors) VALUES"
                    + " ('test', '{\"name\": \"a\"}', 20, (SELECT array_agg(jsonb_build_object("
                    + "'at', now(), 'attempt', n, 'error', 'error ' || n, 'trace',"
                    + " (SELECT string_agg(md5(n * m || ''), '') FROM generate_series(1, 900) m)))"
                    + " FROM generate_series(1, 20) n)) RETURNING id")
            .get(0, Long.class);

    start();

    river.awaitState(id, RiverJobState.completed);
    assertThat(errorsSeen).containsExactly(20);
    assertThat(river.row(id).getErrors()).hasSize(20);
  }

  private RiverClient start() {
    return river.started(
        RiverClient.builder(river.dataSource())
            .queue("default", 100)
            .workers(
                new Workers()
                    .add(
                        TestArgs.class,
                        (job, context) -> {
                          var errors = job.row().errors();
                          if (!errors.isEmpty()) {
                            errorsSeen.add(errors.size());
                            assertThat(errors.getLast().error()).isEqualTo("error 20");
                          }
                          return WorkResult.completed();
                        })));
  }

  private List<Long> insertGood(int jobs) {
    return new ArrayList<>(
        river
            .dsl()
            .fetch(
                "INSERT INTO river_job (kind, args) SELECT 'test', '{\"name\": \"a\"}'"
                    + " FROM generate_series(1, ?) RETURNING id",
                jobs)
            .getValues(0, Long.class));
  }

  private long insertUnreadable(int maxAttempts) {
    return river
        .dsl()
        .fetchSingle(
            "INSERT INTO river_job (kind, args, max_attempts) VALUES ('test', %s, %s) RETURNING id"
                .formatted(UNREADABLE, maxAttempts))
        .get(0, Long.class);
  }

  private void refuse(String operation, String condition) {
    river
        .dsl()
        .execute(
            """
            CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              RAISE 'not this one' USING ERRCODE = '45000';
            END $$
            """);
    river
        .dsl()
        .execute(
            "CREATE TRIGGER refuse_%s BEFORE %s ON river_job FOR EACH ROW WHEN (%s)"
                    .formatted(operation, operation, condition)
                + " EXECUTE FUNCTION refuse()");
  }

  private String state(long id) {
    return river
        .dsl()
        .fetchSingle("SELECT state::text FROM river_job WHERE id = ?", id)
        .get(0, String.class);
  }

  private String errors(long id) {
    return river
        .dsl()
        .fetchSingle("SELECT errors::text FROM river_job WHERE id = ?", id)
        .get(0, String.class);
  }
}
