package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.river.internal.codec.JsonCodec;
import dev.river.job.AttemptError;
import dev.river.job.JobRow;
import dev.river.job.JobState;
import dev.river.schema.enums.RiverJobState;
import dev.river.schema.tables.records.RiverJobRecord;
import dev.river.testing.NewJobs;
import dev.river.testing.RiverDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jooq.JSONB;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JobResultsTest {
  private static final AttemptError ERROR =
      new AttemptError(Instant.parse("2026-01-02T03:04:05.678Z"), 1, "boom", "at somewhere");

  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final JsonCodec codec = new JsonCodec();
  private final JobClaims claims = new JobClaims(codec);
  private final JobResults results = new JobResults(codec);

  record Case(Outcome outcome, RiverJobState state, int attempt, int errors, boolean ended) {}

  static List<Case> outcomes() {
    Duration hour = Duration.ofHours(1);
    return List.of(
        new Case(new Outcome.Completed(), RiverJobState.completed, 1, 0, true),
        new Case(new Outcome.Retry(ERROR, hour), RiverJobState.retryable, 1, 1, false),
        new Case(new Outcome.Retry(ERROR, Duration.ZERO), RiverJobState.available, 1, 1, false),
        new Case(new Outcome.Discard(ERROR), RiverJobState.discarded, 1, 1, true),
        new Case(new Outcome.Cancel(ERROR), RiverJobState.cancelled, 1, 1, true),
        new Case(new Outcome.Snooze(hour, 3), RiverJobState.scheduled, 0, 0, false),
        new Case(new Outcome.Snooze(Duration.ZERO, 1), RiverJobState.available, 0, 0, false),
        new Case(new Outcome.Interrupted(), RiverJobState.available, 0, 0, false));
  }

  @ParameterizedTest
  @MethodSource("outcomes")
  void storesEachOutcome(Case expected) {
    JobRow job = claimedBy("me");

    assertThat(store("me", new FinishedAttempt(job, expected.outcome()))).containsExactly(job.id());

    RiverJobRecord row = river.row(job.id());
    assertThat(row.getState()).isEqualTo(expected.state());
    assertThat(row.getAttempt()).isEqualTo(expected.attempt());
    assertThat(row.getErrors() == null ? 0 : row.getErrors().length).isEqualTo(expected.errors());
    assertThat(row.getFinalizedAt() != null).isEqualTo(expected.ended());
  }

  @Test
  void deletesACompletedJobThatIsNotKept() {
    JobRow job = claimedBy("me");
    JobRow other = claimedBy("me");

    assertThat(store("you", notKept(job, new Outcome.Completed()))).isEmpty();
    assertThat(store("me", notKept(job, new Outcome.Completed()), completed(other)))
        .containsExactlyInAnyOrder(job.id(), other.id());

    assertThat(river.dsl().fetch(RIVER_JOB))
        .extracting(RiverJobRecord::getState)
        .containsExactly(RiverJobState.completed);
  }

  @Test
  void returnsACompletedJobThatIsNotKeptAsItWouldHaveBeenStored() {
    JobRow job = claimedBy("me");
    FinishedAttempt finished =
        new FinishedAttempt(job, new Outcome.Completed(), Optional.of("{\"output\":1}"), false);

    assertThat(storeAndReturn("you", finished)).isEmpty();
    assertThat(river.row(job.id()).getState()).isEqualTo(RiverJobState.running);
    assertThat(storeAndReturn("me", finished))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.state()).isEqualTo(JobState.COMPLETED);
              assertThat(row.finalizedAt()).isPresent();
              assertThat(row.metadata()).contains("output");
            });

    assertThat(river.dsl().fetchCount(RIVER_JOB)).isZero();
  }

  @Test
  void keepsAJobThatIsNotCompleted() {
    JobRow job = claimedBy("me");

    store("me", notKept(job, new Outcome.Discard(ERROR)));

    assertThat(river.row(job.id()).getState()).isEqualTo(RiverJobState.discarded);
  }

  private List<JobRow> storeAndReturn(String client, FinishedAttempt finished) {
    return river.database().call(db -> results.storeAndReturn(db, client, List.of(finished)));
  }

  private static FinishedAttempt completed(JobRow job) {
    return new FinishedAttempt(job, new Outcome.Completed());
  }

  private static FinishedAttempt notKept(JobRow job, Outcome outcome) {
    return new FinishedAttempt(job, outcome, Optional.empty(), false);
  }

  @Test
  void countsDelaysFromTheDatabasesClock() {
    JobRow retried = claimedBy("me");
    JobRow snoozed = claimedBy("me");

    store(
        "me",
        new FinishedAttempt(retried, new Outcome.Retry(ERROR, Duration.ofMinutes(10))),
        new FinishedAttempt(snoozed, new Outcome.Snooze(Duration.ofHours(1), 1)));

    Instant now = Instant.now();
    assertThat(river.row(retried.id()).getScheduledAt())
        .isCloseTo(now.plus(Duration.ofMinutes(10)), within(20, ChronoUnit.SECONDS));
    assertThat(river.row(snoozed.id()).getScheduledAt())
        .isCloseTo(now.plus(Duration.ofHours(1)), within(20, ChronoUnit.SECONDS));
  }

  @Test
  void writesErrorsAsOtherClientsReadThem() {
    JobRow job = claimedBy("me");

    store("me", new FinishedAttempt(job, new Outcome.Discard(ERROR)));

    assertThat(river.row(job.id()).getErrors())
        .containsExactly(
            JSONB.valueOf(
                "{\"at\": \"2026-01-02T03:04:05.678Z\", \"error\": \"boom\", \"trace\": \"at"
                    + " somewhere\", \"attempt\": 1}"));
  }

  @Test
  void countsSnoozesInTheMetadataAndKeepsTheRest() {
    JobRow job = claimedBy("me");
    river.dsl().update(RIVER_JOB).set(RIVER_JOB.METADATA, JSONB.valueOf("{\"a\":1}")).execute();

    store("me", new FinishedAttempt(job, new Outcome.Snooze(Duration.ofHours(1), 3)));

    assertThat(river.row(job.id()).getMetadata())
        .isEqualTo(JSONB.valueOf("{\"a\": 1, \"snoozes\": 3}"));
  }

  @Test
  void aResultOfAnOlderAttemptChangesNothing() {
    JobRow old = claimedBy("me");
    putBack(old.id());
    JobRow current = claims(1, "me").getFirst();

    Set<Long> counted = store("me", new FinishedAttempt(old, new Outcome.Completed()));

    assertThat(current.attempt()).isEqualTo(2);
    assertThat(counted).isEmpty();
    assertThat(river.row(old.id()).getState()).isEqualTo(RiverJobState.running);
  }

  @Test
  void aResultOfAnEarlierAttemptOfTheSameNumberChangesNothing() {
    JobRow snoozed = claimedBy("me");
    store("me", new FinishedAttempt(snoozed, new Outcome.Snooze(Duration.ZERO, 1)));
    JobRow current = claims(1, "me").getFirst();

    Set<Long> counted = store("me", new FinishedAttempt(snoozed, new Outcome.Completed()));

    assertThat(current.attempt()).isEqualTo(snoozed.attempt());
    assertThat(counted).isEmpty();
    assertThat(river.row(snoozed.id()).getState()).isEqualTo(RiverJobState.running);
  }

  @Test
  void aResultOfAnotherClientChangesNothing() {
    JobRow job = claimedBy("me");

    assertThat(store("other", new FinishedAttempt(job, new Outcome.Completed()))).isEmpty();
    assertThat(river.row(job.id()).getState()).isEqualTo(RiverJobState.running);
  }

  @Test
  void aResultOfAJobThatHasEndedChangesNothing() {
    JobRow job = claimedBy("me");
    store("me", new FinishedAttempt(job, new Outcome.Cancel(ERROR)));

    assertThat(store("me", new FinishedAttempt(job, new Outcome.Completed()))).isEmpty();
    assertThat(river.row(job.id()).getState()).isEqualTo(RiverJobState.cancelled);
  }

  static List<Outcome> outcomesThatGoOn() {
    return List.of(
        new Outcome.Retry(ERROR, Duration.ofHours(1)),
        new Outcome.Retry(ERROR, Duration.ZERO),
        new Outcome.Snooze(Duration.ofHours(1), 1),
        new Outcome.Snooze(Duration.ZERO, 1),
        new Outcome.Interrupted());
  }

  @ParameterizedTest
  @MethodSource("outcomesThatGoOn")
  void aJobThatWasCancelledMeanwhileIsNotWorkedAgain(Outcome outcome) {
    JobRow job = claimedBy("me");
    mark(job.id());

    store("me", new FinishedAttempt(job, outcome));

    RiverJobRecord row = river.row(job.id());
    assertThat(row.getState()).isEqualTo(RiverJobState.cancelled);
    assertThat(row.getFinalizedAt()).isNotNull();
    assertThat(row.getAttempt()).isEqualTo(1);
    assertThat(row.getScheduledAt()).isEqualTo(job.scheduledAt());
  }

  @Test
  void aJobThatWasCancelledMeanwhileMayStillComplete() {
    JobRow job = claimedBy("me");
    mark(job.id());

    store("me", new FinishedAttempt(job, new Outcome.Completed()));

    assertThat(river.row(job.id()).getState()).isEqualTo(RiverJobState.completed);
  }

  private void mark(long id) {
    river
        .dsl()
        .execute(
            "UPDATE river_job SET metadata = '{\"cancel_attempted_at\": \"x\"}' WHERE id = ?", id);
  }

  private void putBack(long id) {
    river
        .dsl()
        .update(RIVER_JOB)
        .set(RIVER_JOB.STATE, RiverJobState.available)
        .where(RIVER_JOB.ID.eq(id))
        .execute();
  }

  private JobRow claimedBy(String client) {
    river.insert(NewJobs.available());
    return claims(1, client).getFirst();
  }

  private List<JobRow> claims(int limit, String client) {
    return river.database().call(db -> claims.claim(db, "default", client, limit));
  }

  private Set<Long> store(String client, FinishedAttempt... finished) {
    return river.database().call(db -> results.store(db, client, List.of(finished)));
  }
}
