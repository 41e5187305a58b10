package dev.river.internal.maintain;

import static dev.river.schema.Tables.RIVER_JAVA_CLIENT;
import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.river.internal.codec.JsonCodec;
import dev.river.internal.codec.MessageCodec;
import dev.river.internal.lead.OpenGate;
import dev.river.internal.service.ServiceLoop;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jooq.JSONB;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
  private final Map<Set<String>, ServiceLoop.Pass> passes = new HashMap<>();
  private final Set<Registered> living = new LinkedHashSet<>();
  private final Set<Registered> silent = new HashSet<>();
  private final Set<Long> known = new HashSet<>();
  private Duration steady = LONG;
  private Registered self = new Registered(0, Instant.EPOCH);
  private long nanos;

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
      suspicionIsOld();
      look();

      assertThat(river.row(job.id()).getState()).isEqualTo(RiverJobState.running);
    }
    look();
    assertThat(river.row(job.id()).getState()).isEqualTo(RiverJobState.running);
    suspicionIsOld();
    look();
    assertThat(river.row(job.id()).getState()).isEqualTo(RiverJobState.available);
  }

  @Test
  void whoWasCutOffItselfTakesNobodyForGone() {
    Registered client = register("client");
    JobRow job = claimedBy("client", NewJobs.available());
    clientHasLock(client, 4711);

    steady = Duration.ofSeconds(4);
    look();
    suspicionIsOld();
    look();
    assertThat(river.row(job.id()).getState()).isEqualTo(RiverJobState.running);

    clientHasLock(client, 0);
    river.database().run(db -> clients.beat(db, client.incarnation(), null));
    silence(client);
    steady = Duration.ofSeconds(9);
    look();

    assertThat(river.row(job.id()).getState()).isEqualTo(RiverJobState.running);
  }

  @Test
  void whoHasJustBegunToLookTakesNobodyForSilent() {
    register("client");
    JobRow job = claimedBy("client", NewJobs.available());
    river.dsl().execute("UPDATE river_java_client SET heartbeat_at = now() - interval '1 hour'");

    look();
    pass(Duration.ofSeconds(9));
    look();
    pass(Duration.ofSeconds(20)); // as if its own process had been suspended
    look();

    assertThat(river.row(job.id()).getState()).isEqualTo(RiverJobState.running);
  }

  @Test
  void noStepOfTheServersClockMakesALivingClientGone() {
    silence(register("other"));
    register("living");
    JobRow job = claimedBy("living", NewJobs.available());
    for (String step : List.of("20 seconds", "-2 minutes", "1 day", "-1 day")) {
      look();

      serversClockSteps(step);

      look();
      assertThat(river.row(job.id()).getState()).isEqualTo(RiverJobState.running);
    }
  }

  @Test
  void jobsOfAClientThatDiesAfterAStepOfTheServersClockAreRescued() {
    Registered client = register("client");
    for (String step : List.of("-2 minutes", "20 seconds", "-1 day")) {
      JobRow before = claimedBy("client", NewJobs.available());
      look();
      serversClockSteps(step);
      JobRow after = claimedBy("client", NewJobs.available());

      silence(client);
      look();

      assertThat(river.row(before.id()).getState()).isEqualTo(RiverJobState.available);
      assertThat(river.row(after.id()).getState()).isEqualTo(RiverJobState.available);
      assertThat(river.dsl().fetchCount(RIVER_JAVA_CLIENT)).isZero();
      river.dsl().deleteFrom(RIVER_JOB).execute();
      silent.clear();
      client = register("client");
    }
  }

  @Test
  void aJobOfALivingClientThatBeganBeforeItByTheClockIsNotStuck() {
    register("client");
    JobRow job = claimedBy("client", NewJobs.available());
    river.dsl().execute("UPDATE river_job SET attempted_at = now() - interval '2 hours'");

    Rescues.Rules withoutTimeout =
        new Rescues.Rules(Set.of("test"), running -> Optional.empty(), running -> LONG);
    rescues().ofStuckJobs(new OpenGate(river.database()), LONG, withoutTimeout).run();

    assertThat(river.row(job.id()).getState()).isEqualTo(RiverJobState.running);
  }

  @Test
  void aClientThatComesBackBeforeItsJobsWereRescuedKeepsThem() {
    Registered client = register("client");
    JobRow job = claimedBy("client", NewJobs.ofKind("unknown"));
    silence(client);
    look();

    OptionalInt counted = river.database().call(db -> clients.beat(db, client.incarnation(), null));
    assertThat(counted).isEmpty();
    self = river.database().call(db -> clients.registerAgain(db, "client", client.startedAt()));
    living.add(self);
    known.add(job.id());
    look("test", "unknown");

    assertThat(river.row(job.id()).getState()).isEqualTo(RiverJobState.running);
    assertThat(river.dsl().fetchCount(RIVER_JAVA_CLIENT)).isEqualTo(1);
  }

  @Test
  void rescuesTheJobsOfAnEarlierProcessOfItsNameThatItDoesNotKnow() {
    Registered earlier = register("client");
    JobRow old = claimedBy("client", NewJobs.available());
    self = register("client");
    JobRow own = claimedBy("client", NewJobs.available());
    known.add(own.id());

    silence(earlier);
    look();

    assertThat(river.row(old.id()).getState()).isEqualTo(RiverJobState.available);
    assertThat(river.row(own.id()).getState()).isEqualTo(RiverJobState.running);
  }

  @Test
  void rescuesThemThoughTheServersClockWasSetBackInBetween() {
    Registered earlier = register("client");
    JobRow old = claimedBy("client", NewJobs.available());
    serversClockSteps("-2 minutes");
    self = register("client");
    JobRow own = claimedBy("client", NewJobs.available());
    known.add(own.id());

    silence(earlier);
    look();
    look();

    assertThat(river.row(old.id()).getState()).isEqualTo(RiverJobState.available);
    assertThat(river.row(own.id()).getState()).isEqualTo(RiverJobState.running);
    look();
    assertThat(river.dsl().fetchCount(RIVER_JAVA_CLIENT)).isEqualTo(1);
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
            "ALTER TABLE river_job ADD CHECK (id <> %s OR errors IS NULL)".formatted(bad.id()));
    silence(gone);

    look();

    assertThat(river.row(first.id()).getState()).isEqualTo(RiverJobState.available);
    assertThat(river.row(bad.id()).getState()).isEqualTo(RiverJobState.running);
    assertThat(river.row(last.id()).getState()).isEqualTo(RiverJobState.available);
  }

  /** 80 kB, and far more than a text may have: the server can't tell it. */
  @ParameterizedTest
  @ValueSource(strings = {"river:rescue_count", "cancel_attempted_at", "data"})
  void rescuesAJobWhoseMetadataIsMuchLargerThanItLooks(String name) {
    Registered gone = register("gone");
    JobRow large = claimedBy("gone", NewJobs.available());
    JobRow good = claimedBy("gone", NewJobs.available());
    river
        .dsl()
        .execute(
            "UPDATE river_job SET metadata = (SELECT jsonb_build_object(?::text,"
                + " jsonb_agg(1e131071::numeric)) FROM generate_series(1, 9000)) WHERE id = ?",
            name,
            large.id());
    silence(gone);

    look();

    String state =
        river
            .dsl()
            .fetchSingle("SELECT state::text FROM river_job WHERE id = ?", large.id())
            .get(0, String.class);
    assertThat(river.row(good.id()).getState()).isEqualTo(RiverJobState.available);
    assertThat(state).isEqualTo(name.equals("cancel_attempted_at") ? "cancelled" : "available");
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

  /** Looks for as long as it takes to find out who is silent, if someone is. */
  private void look(String... kinds) {
    ServiceLoop.Pass pass =
        passes.computeIfAbsent(kinds.length == 0 ? Set.of("test") : Set.of(kinds), this::rescuer);
    pass.run();
    for (int i = 0; i < 5 && !silent.isEmpty(); i++) {
      pass(Duration.ofMillis(2_500));
      living.forEach(
          client -> river.database().run(db -> clients.beat(db, client.incarnation(), null)));
      pass.run();
    }
  }

  private ServiceLoop.Pass rescuer(Set<String> kinds) {
    OpenGate gate = new OpenGate(river.database());
    Rescues rescues = rescues();
    Observer observer =
        new Observer("client", () -> self, () -> steady, () -> true, () -> known, () -> nanos);
    return rescues.ofGoneClients(gate, clients, observer, rules(kinds));
  }

  private Rescues rescues() {
    return new Rescues(river.database(), codec, notifications, woken::addAll, 3);
  }

  private static Rescues.Rules rules(Set<String> kinds) {
    return new Rescues.Rules(kinds, job -> Optional.of(Duration.ofSeconds(1)), job -> LONG);
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  private Registered register(String id) {
    Registered registered = river.database().call(db -> clients.register(db, id));
    living.add(registered);
    return registered;
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
    living.remove(client);
    silent.add(client);
  }

  /** What a step of the server's clock does to all that was stored before. */
  private void serversClockSteps(String step) {
    river
        .dsl()
        .execute(
            "UPDATE river_java_client SET heartbeat_at = heartbeat_at - '%1$s'::interval,"
                    .formatted(step)
                + " started_at = started_at - '%1$s'::interval".formatted(step));
    river
        .dsl()
        .execute(
            "UPDATE river_job SET attempted_at = attempted_at - '%s'::interval".formatted(step));
  }

  private void clientHasLock(Registered client, int key) {
    river.database().run(db -> clients.beat(db, client.incarnation(), key));
  }

  private void suspicionIsOld() {
    pass(Duration.ofMillis(600));
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
