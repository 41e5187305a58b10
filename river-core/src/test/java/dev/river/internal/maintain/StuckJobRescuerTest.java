package dev.river.internal.maintain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.internal.codec.JsonCodec;
import dev.river.internal.codec.MessageCodec;
import dev.river.internal.lead.OpenGate;
import dev.river.internal.store.AdvisoryLocks;
import dev.river.internal.store.ClientStore;
import dev.river.internal.store.Notifications;
import dev.river.job.JobRow;
import dev.river.schema.enums.RiverJobState;
import dev.river.schema.tables.records.RiverJobRecord;
import dev.river.testing.DamagedDisk;
import dev.river.testing.LogWatch;
import dev.river.testing.NewJobs;
import dev.river.testing.RiverDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Jobs that clients of other languages run, which have no heartbeats. */
class StuckJobRescuerTest {
  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final JsonCodec codec = new JsonCodec();
  private Predicate<JobRow> runsInTime = job -> false;
  private Optional<Duration> timeout = Optional.of(Duration.ofMinutes(1));

  @Test
  void retriesAJobThatRunsForTooLongAfterItsPolicysTime() {
    long id = runningFor("61 minutes", "test");

    rescue();

    RiverJobRecord row = river.row(id);
    assertThat(row.getState()).isEqualTo(RiverJobState.retryable);
    assertThat(row.getErrors()[0].data()).contains("\"Stuck job rescued by JobRescuer\"");
    assertThat(row.getMetadata().data()).contains("\"river:rescue_count\": 1");
  }

  @Test
  void leavesAJobAloneThatMayRunOnForAWhile() {
    long id = runningFor("59 minutes", "test");

    rescue();

    assertThat(river.row(id).getState()).isEqualTo(RiverJobState.running);
  }

  @Test
  void leavesAJobAloneWhoseWorkerHasNoTimeoutOrALongerOne() {
    long id = runningFor("61 minutes", "test");

    timeout = Optional.empty();
    rescue();
    timeout = Optional.of(Duration.ofMinutes(61));
    rescue();

    assertThat(river.row(id).getState()).isEqualTo(RiverJobState.running);
  }

  @Test
  void leavesJobsOfUnknownKindsAlone() {
    long id = runningFor("1 day", "unknown");

    rescue();

    assertThat(river.row(id).getState()).isEqualTo(RiverJobState.running);
  }

  @Test
  void passesBatchesOfJobsThatItMustLeaveAlone() {
    river
        .dsl()
        .execute(
            "INSERT INTO river_job (kind, args, state, attempt, attempted_at, attempted_by)"
                + " SELECT 'unknown', '{}', 'running', 1, now() - interval '1 day', '{go}'"
                + " FROM generate_series(1, 2000)");
    long id = runningFor("61 minutes", "test");

    rescue();

    assertThat(river.row(id).getState()).isEqualTo(RiverJobState.retryable);
  }

  @Test
  void retriesAJobOfALivingClientWhoseTimeoutIsOverForTooLong() {
    register();
    long over = runningFor("62 minutes", "test");
    long notYet = runningFor("60 minutes 30 seconds", "test");

    rescue();

    assertThat(river.row(over).getState()).isEqualTo(RiverJobState.retryable);
    assertThat(river.row(notYet).getState()).isEqualTo(RiverJobState.running);
  }

  @Test
  void leavesAJobOfALivingClientAloneThatMayRunForEver() {
    register();
    long id = runningFor("1 day", "test");
    timeout = Optional.empty();

    rescue();

    assertThat(river.row(id).getState()).isEqualTo(RiverJobState.running);
  }

  @Test
  void leavesAJobAloneThatThisClientRunsInTime() {
    register();
    long id = runningFor("1 day", "test");
    runsInTime = job -> job.id() == id;

    rescue();

    assertThat(river.row(id).getState()).isEqualTo(RiverJobState.running);
  }

  @Test
  void rescuesJobsBesideALargeOneAndOneThatCanNotBeChanged() {
    log.expectWarnings();
    long refused = runningFor("3 hours", "test");
    long large = runningFor("2 hours", "test");
    long good = runningFor("62 minutes", "test");
    river
        .dsl()
        .execute(
            "UPDATE river_job SET metadata = (SELECT jsonb_object_agg(n, md5(n || ''))"
                + " FROM generate_series(1, 2000) n) WHERE id = ?",
            large);
    river
        .dsl()
        .execute(
            "ALTER TABLE river_job ADD CONSTRAINT no CHECK (id <> %s) NOT VALID"
                .formatted(refused));

    rescue();

    assertThat(river.row(good).getState()).isEqualTo(RiverJobState.retryable);
    assertThat(stateOf(large)).isEqualTo("retryable");
    assertThat(river.row(refused).getState()).isEqualTo(RiverJobState.running);
    assertThat(log.warnings()).singleElement().asString().contains("job " + refused);
  }

  @Test
  void rescuesJobsBesideOneWhoseMetadataIsDamaged() {
    log.expectWarnings();
    long damaged = runningFor("3 hours", "test");
    long good = runningFor("2 hours", "test");
    List<Long> more =
        river
            .dsl()
            .fetch(
                "INSERT INTO river_job (kind, args, state, attempt, attempted_at, attempted_by)"
                    + " SELECT 'test', '{}', 'running', 1, now() - interval '62 minutes', '{go}'"
                    + " FROM generate_series(1, 1100) RETURNING id")
            .getValues(0, Long.class);
    DamagedDisk.loseMetadata(river.dsl(), damaged);

    rescue();

    assertThat(river.row(good).getState()).isEqualTo(RiverJobState.retryable);
    assertThat(stateOf(damaged)).isEqualTo("running");
    river.awaitAll(more, RiverJobState.retryable);
    assertThat(log.warnings()).singleElement().asString().contains("job " + damaged);
  }

  private void register() {
    ClientStore clients = new ClientStore(new AdvisoryLocks(7, Optional.empty()));
    river.database().run(db -> clients.register(db, "go"));
    river.dsl().execute("UPDATE river_java_client SET started_at = now() - interval '2 days'");
  }

  private String stateOf(long id) {
    return river
        .dsl()
        .fetchSingle("SELECT state::text FROM river_job WHERE id = ?", id)
        .get(0, String.class);
  }

  @Test
  void retriesAJobOfWhichNobodyKnowsWhoRunsIt() {
    long id = runningFor("61 minutes", "test");
    river.dsl().execute("UPDATE river_job SET attempted_by = NULL WHERE id = ?", id);

    rescue();

    assertThat(river.row(id).getState()).isEqualTo(RiverJobState.retryable);
  }

  private long runningFor(String interval, String kind) {
    long id = river.insert(NewJobs.ofKind(kind));
    river
        .dsl()
        .execute(
            "UPDATE river_job SET state = 'running', attempt = 1, attempted_by = '{go}',"
                + " attempted_at = now() - ?::interval WHERE id = ?",
            interval,
            id);
    return id;
  }

  private void rescue() {
    Notifications notifications = new Notifications(new MessageCodec(), Optional.empty());
    Rescues.Rules rules =
        new Rescues.Rules(Set.of("test"), job -> timeout, job -> Duration.ofMinutes(5));
    new Rescues(river.database(), codec, notifications, queues -> {}, 3)
        .ofStuckJobs(new OpenGate(river.database()), Duration.ofHours(1), rules, runsInTime)
        .run();
  }
}
