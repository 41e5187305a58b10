package dev.river.internal.maintain;

import static dev.river.schema.Tables.RIVER_JAVA_CLIENT;
import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.river.internal.codec.JsonCodec;
import dev.river.internal.codec.MessageCodec;
import dev.river.internal.lead.OpenGate;
import dev.river.internal.store.AdvisoryLocks;
import dev.river.internal.store.ClientStore;
import dev.river.internal.store.ClientStore.Registered;
import dev.river.internal.store.FinishedAttempt;
import dev.river.internal.store.JobClaims;
import dev.river.internal.store.JobResults;
import dev.river.internal.store.NewJob;
import dev.river.internal.store.NotificationStream;
import dev.river.internal.store.Notifications;
import dev.river.internal.store.Outcome;
import dev.river.job.JobRow;
import dev.river.schema.enums.RiverJobState;
import dev.river.schema.tables.records.RiverJobRecord;
import dev.river.testing.LogWatch;
import dev.river.testing.NewJobs;
import dev.river.testing.RiverDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jooq.JSONB;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ClientRescuerTest {
  private static final Duration LONG = Duration.ofHours(1);

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final JsonCodec codec = new JsonCodec();
  private final Notifications notifications =
      new Notifications(new MessageCodec(), Optional.empty());
  private final ClientStore clients = new ClientStore(new AdvisoryLocks(7, Optional.empty()));
  private final JobClaims claims = new JobClaims(codec);
  private final JobResults results = new JobResults(codec);
  private final List<String> woken = new ArrayList<>();
  private Duration steady = LONG;

  @BeforeEach
  void expectThatClientsAreGone() {
    log.expectWarnings();
  }

  @Test
  void putsTheJobsOfAClientWithoutHeartbeatsBack() {
    Registered gone = register("gone");
    JobRow job = claimedBy("gone", NewJobs.inQueue("mail"));
    silence(gone);

    look();

    RiverJobRecord row = river.row(job.id());
    assertThat(row.getState()).isEqualTo(RiverJobState.available);
    assertThat(row.getAttempt()).isEqualTo(1);
    assertThat(row.getErrors()[0].data())
        .contains("\"error\": \"Stuck job rescued by JobRescuer\"")
        .contains("\"trace\": \"client gone is gone\"");
    assertThat(row.getMetadata().data()).isEqualTo("{\"river:rescue_count\": 1}");
    assertThat(woken).containsExactly("mail");
    assertThat(river.dsl().fetchCount(RIVER_JAVA_CLIENT)).isZero();
  }

  @Test
  void aLateResultOfARescuedAttemptChangesNothing() {
    Registered gone = register("gone");
    JobRow job = claimedBy("gone", NewJobs.available());
    silence(gone);
    look();

    assertThat(complete("gone", job)).isEmpty();
    JobRow again = claim("other");
    assertThat(complete("gone", job)).isEmpty();

    assertThat(again.attempt()).isEqualTo(2);
    assertThat(complete("other", again)).containsExactly(job.id());
  }

  @Test
  void leavesJobsOfLivingClientsAloneHoweverLongTheyRun() {
    Registered gone = register("gone");
    register("living");
    JobRow job = claimedBy("living", NewJobs.available());
    river.dsl().execute("UPDATE river_job SET attempted_at = attempted_at + interval '1 day'");
    silence(gone);

    look();

    assertThat(river.row(job.id()).getState()).isEqualTo(RiverJobState.running);
  }

  @Test
  void aClientThatLosesItsSessionHasTimeToSayThatItLives() {
    Registered client = register("client");
    JobRow job = claimedBy("client", NewJobs.available());
    clientHasLock(client, 4711);

    look();
    assertThat(river.row(job.id()).getState()).isEqualTo(RiverJobState.running);

    river.database().run(db -> clients.beat(db, client.incarnation(), null));
    look();
    suspicionIsOld();
    look();
    assertThat(river.row(job.id()).getState()).isEqualTo(RiverJobState.running);
  }

  @Test
  void aClientThatLosesItsSessionAndSaysNothingIsGone() {
    Registered client = register("client");
    JobRow job = claimedBy("client", NewJobs.available());
    clientHasLock(client, 4711);

    look();
    suspicionIsOld();
    look();

    assertThat(river.row(job.id()).getState()).isEqualTo(RiverJobState.available);
  }

  @Test
  void aClientWhoseSessionHoldsItsLockIsNotSuspected() {
    Registered client = register("client");
    JobRow job = claimedBy("client", NewJobs.available());
    try (NotificationStream stream = river.listen()) {
      int key = clients.tryLock(stream.session(), client.incarnation()).orElseThrow().key();
      clientHasLock(client, key);

      look();

      assertThat(suspected()).isZero();
    }
    look();
    assertThat(suspected()).isEqualTo(1);
    suspicionIsOld();
    look();
    assertThat(river.row(job.id()).getState()).isEqualTo(RiverJobState.available);
  }

  @Test
  void whoWasCutOffItselfTakesNobodyForGone() {
    Registered client = register("client");
    JobRow job = claimedBy("client", NewJobs.available());
    clientHasLock(client, 4711);
    silence(client);

    steady = Duration.ofSeconds(4);
    look();
    assertThat(suspected()).isZero();
    steady = Duration.ofSeconds(9);
    look();

    assertThat(river.row(job.id()).getState()).isEqualTo(RiverJobState.running);
  }

  @Test
  void aClientThatComesBackBeforeItsJobsWereRescuedKeepsThem() {
    Registered client = register("client");
    JobRow job = claimedBy("client", NewJobs.ofKind("unknown"));
    silence(client);
    look();

    boolean counted = river.database().call(db -> clients.beat(db, client.incarnation(), null));
    assertThat(counted).isFalse();
    river.database().call(db -> clients.registerAgain(db, "client", client.startedAt()));
    look("test", "unknown");

    assertThat(river.row(job.id()).getState()).isEqualTo(RiverJobState.running);
    assertThat(river.dsl().fetchCount(RIVER_JAVA_CLIENT)).isEqualTo(1);
  }

  @Test
  void rescuesTheJobsOfAnEarlierProcessOfTheSameName() {
    Registered earlier = register("client");
    JobRow old = claimedBy("client", NewJobs.available());
    silence(earlier);
    register("client");
    JobRow young = claimedBy("client", NewJobs.available());

    look();

    assertThat(river.row(old.id()).getState()).isEqualTo(RiverJobState.available);
    assertThat(river.row(young.id()).getState()).isEqualTo(RiverJobState.running);
  }

  @Test
  void discardsAJobWhoseAttemptsAreUsedUp() {
    Registered gone = register("gone");
    JobRow job = claimedBy("gone", NewJobs.withMaxAttempts(1));
    silence(gone);

    look();

    assertThat(river.row(job.id()).getState()).isEqualTo(RiverJobState.discarded);
    assertThat(river.row(job.id()).getFinalizedAt()).isNotNull();
    assertThat(woken).containsExactly("default");
  }

  @Test
  void cancelsAJobThatWasCancelledWhileItRan() {
    Registered gone = register("gone");
    JobRow job = claimedBy("gone", NewJobs.available());
    metadata(job, "{\"cancel_attempted_at\": \"2026-01-02T03:04:05Z\"}");
    silence(gone);

    look();

    assertThat(river.row(job.id()).getState()).isEqualTo(RiverJobState.cancelled);
  }

  @Test
  void discardsAJobWhoseProcessDiesTooOften() {
    Registered gone = register("gone");
    JobRow second = claimedBy("gone", NewJobs.available());
    JobRow third = claimedBy("gone", NewJobs.available());
    metadata(second, "{\"river:rescue_count\": 1}");
    metadata(third, "{\"river:rescue_count\": \"2\"}");
    silence(gone);

    look();

    assertThat(river.row(second.id()).getState()).isEqualTo(RiverJobState.available);
    RiverJobRecord row = river.row(third.id());
    assertThat(row.getState()).isEqualTo(RiverJobState.discarded);
    assertThat(row.getErrors()[0].data()).contains("for the 3. time: it is not run again");
    assertThat(row.getMetadata().data()).contains("\"river:rescue_count\": 3");
  }

  @Test
  void leavesJobsOfUnknownKindsToAClientThatKnowsThem() {
    Registered gone = register("gone");
    JobRow job = claimedBy("gone", NewJobs.ofKind("unknown"));
    silence(gone);

    look();
    assertThat(river.row(job.id()).getState()).isEqualTo(RiverJobState.running);

    look("unknown");
    assertThat(river.row(job.id()).getState()).isEqualTo(RiverJobState.available);
    assertThat(river.dsl().fetchCount(RIVER_JAVA_CLIENT)).isZero();
  }

  @Test
  void oneJobThatCannotBeRescuedDoesNotKeepTheOthers() {
    Registered gone = register("gone");
    JobRow first = claimedBy("gone", NewJobs.available());
    JobRow bad = claimedBy("gone", NewJobs.available());
    JobRow last = claimedBy("gone", NewJobs.available());
    river
        .dsl()
        .execute(
            "ALTER TABLE river_job ADD CHECK (id <> %d OR errors IS NULL)".formatted(bad.id()));
    silence(gone);

    look();

    assertThat(river.row(first.id()).getState()).isEqualTo(RiverJobState.available);
    assertThat(river.row(bad.id()).getState()).isEqualTo(RiverJobState.running);
    assertThat(river.row(last.id()).getState()).isEqualTo(RiverJobState.available);
  }

  @Test
  void rescuesMoreThanOneBatch() {
    Registered gone = register("gone");
    river
        .dsl()
        .execute(
            "INSERT INTO river_job (kind, args, state, attempt, attempted_at, attempted_by)"
                + " SELECT 'test', '{}', 'running', 1, now(), '{gone}'"
                + " FROM generate_series(1, 2500)");
    silence(gone);

    look();

    assertThat(river.dsl().fetchCount(RIVER_JOB, RIVER_JOB.STATE.eq(RiverJobState.available)))
        .isEqualTo(2500);
  }

  @Test
  void aClientThatStopsAndLeavesJobsBehindIsGoneAtOnce() {
    Registered client = register("client");
    JobRow job = claimedBy("client", NewJobs.available());
    river.database().run(db -> clients.leave(db, client.incarnation(), Instant.EPOCH));
    steady = Duration.ZERO;

    look();

    assertThat(river.row(job.id()).getState()).isEqualTo(RiverJobState.available);
  }

  @Test
  void aClientThatStopsAndLeavesNothingBehindIsForgottenAtOnce() {
    Registered client = register("client");
    JobRow job = claimedBy("client", NewJobs.available());
    complete("client", job);

    river.database().run(db -> clients.leave(db, client.incarnation(), Instant.EPOCH));

    assertThat(river.dsl().fetchCount(RIVER_JAVA_CLIENT)).isZero();
  }

  private void look(String... kinds) {
    OpenGate gate = new OpenGate(river.database());
    Rescues rescues = new Rescues(river.database(), codec, notifications, woken::addAll, 3);
    Rescues.Rules rules =
        new Rescues.Rules(
            kinds.length == 0 ? Set.of("test") : Set.of(kinds),
            job -> Optional.empty(),
            job -> LONG);
    rescues.ofGoneClients(gate, clients, () -> steady, rules).run();
  }

  private Registered register(String id) {
    return river.database().call(db -> clients.register(db, id));
  }

  private JobRow claimedBy(String client, NewJob job) {
    river.insert(job);
    return river.database().call(db -> claims.claim(db, job.queue(), client, 1)).getFirst();
  }

  private JobRow claim(String client) {
    return river.database().call(db -> claims.claim(db, "default", client, 1)).getFirst();
  }

  private Set<Long> complete(String client, JobRow job) {
    FinishedAttempt done = new FinishedAttempt(job, new Outcome.Completed());
    return river.database().call(db -> results.store(db, client, List.of(done)));
  }

  private void silence(Registered client) {
    river
        .dsl()
        .execute(
            "UPDATE river_java_client SET heartbeat_at = now() - interval '11 s'"
                + " WHERE incarnation = ?",
            client.incarnation());
  }

  private void clientHasLock(Registered client, int key) {
    river.database().run(db -> clients.beat(db, client.incarnation(), key));
  }

  private int suspected() {
    return river.dsl().fetchCount(RIVER_JAVA_CLIENT, RIVER_JAVA_CLIENT.SUSPECTED_AT.isNotNull());
  }

  private void suspicionIsOld() {
    river
        .dsl()
        .execute("UPDATE river_java_client SET suspected_at = suspected_at - interval '1 s'");
  }

  private void metadata(JobRow job, String metadata) {
    river
        .dsl()
        .update(RIVER_JOB)
        .set(RIVER_JOB.METADATA, JSONB.valueOf(metadata))
        .where(RIVER_JOB.ID.eq(job.id()))
        .execute();
  }
}
