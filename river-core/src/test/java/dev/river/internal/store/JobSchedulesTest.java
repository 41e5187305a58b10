package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.db.RiverMigrator;
import dev.river.error.DatabaseException;
import dev.river.internal.store.JobSchedules.Scheduled;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.NewJobs;
import dev.river.testing.RiverDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.JSONB;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobSchedulesTest {
  private static final Instant DUE = Instant.parse("2020-01-01T00:00:00Z");

  /** As unique_states: what River's clients write by default, and without one of the states. */
  private static final String DEFAULT_MASK = "11110101";

  private static final String WITHOUT_RETRYABLE = "11010101";

  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final JobSchedules schedules = new JobSchedules();

  @Test
  void makesDueJobsAvailableAndNamesTheirQueues() {
    long scheduled = waiting(RiverJobState.scheduled, DUE);
    long retryable = waiting(RiverJobState.retryable, DUE);
    long later = waiting(RiverJobState.scheduled, Instant.now().plus(Duration.ofHours(1)));

    Scheduled done = schedule(10);

    assertThat(done.moved()).isEqualTo(2);
    assertThat(done.queues()).containsExactly("default");
    assertThat(state(scheduled)).isEqualTo(RiverJobState.available);
    assertThat(state(retryable)).isEqualTo(RiverJobState.available);
    assertThat(state(later)).isEqualTo(RiverJobState.scheduled);
    assertThat(schedule(10).moved()).isZero();
  }

  @Test
  void schedulesInTheSchemaOfItsClient() {
    RiverMigrator.builder(river.dataSource()).schema("Other").build().migrate();
    Database other = new Database(river.dataSource(), Optional.of("Other"));
    other.run(
        db ->
            db.insertInto(RIVER_JOB, RIVER_JOB.KIND, RIVER_JOB.ARGS, RIVER_JOB.STATE)
                .values("test", JSONB.valueOf("{}"), RiverJobState.scheduled)
                .execute());

    assertThat(other.call(db -> schedules.schedule(db, 10)).moved()).isEqualTo(1);
  }

  @Test
  void aPrivilegeThatIsMissingIsNoJobsFault() {
    for (int i = 0; i < 50; i++) {
      waiting(RiverJobState.scheduled, DUE);
    }
    List<Long> refused = new ArrayList<>();

    assertThatThrownBy(
            () -> scheduleEachAs("GRANT SELECT, UPDATE (priority) ON river_job TO %s", refused))
        .isInstanceOfSatisfying(
            DatabaseException.class,
            e -> assertThat(e.reason()).isEqualTo(DatabaseException.Reason.PERMISSION));

    assertThat(refused).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 40})
  void aJobThatItsPolicyRefusesIsLeftOutWhetherThereAreOthersOrNot(int others) {
    long bad = waiting(RiverJobState.scheduled, DUE);
    for (int i = 0; i < others; i++) {
      waiting(RiverJobState.scheduled, DUE);
    }
    List<Long> refused = new ArrayList<>();

    Scheduled done =
        scheduleEachAs(
            """
            GRANT SELECT, UPDATE ON river_job TO %%1$s;
            ALTER TABLE river_job ENABLE ROW LEVEL SECURITY;
            CREATE POLICY not_this_one ON river_job TO %%1$s USING (true) WITH CHECK (id <> %s)
            """
                .formatted(bad),
            refused);

    assertThat(done.moved()).isEqualTo(others);
    assertThat(refused).containsExactly(bad);
    assertThat(state(bad)).isEqualTo(RiverJobState.scheduled);
  }

  private Scheduled scheduleEachAs(String grants, List<Long> refused) {
    String role = "scheduler_" + UUID.randomUUID().toString().replace("-", "");
    river.dsl().execute("CREATE ROLE " + role);
    try {
      river.dsl().execute(grants.formatted(role));
      return river
          .database()
          .callWithin(
              RiverDatabase.PATIENCE,
              db -> {
                db.execute("SET LOCAL ROLE " + role);
                return schedules.scheduleEach(db, 100, List.of(), (id, why) -> refused.add(id));
              });
    } finally {
      river.dsl().execute("DROP OWNED BY " + role);
      river.dsl().execute("DROP ROLE " + role);
    }
  }

  @Test
  void leavesPendingJobsAlone() {
    long id = waiting(RiverJobState.pending, DUE);

    assertThat(schedule(10).moved()).isZero();
    assertThat(state(id)).isEqualTo(RiverJobState.pending);
  }

  @Test
  void takesTheEarliestFirst() {
    long second = waiting(RiverJobState.scheduled, DUE.plusSeconds(1));
    long first = waiting(RiverJobState.scheduled, DUE);

    schedule(1);

    assertThat(state(first)).isEqualTo(RiverJobState.available);
    assertThat(state(second)).isEqualTo(RiverJobState.scheduled);
  }

  @Test
  void discardsAJobWhoseKeyAnotherJobHolds() {
    long holder = waiting(RiverJobState.available, DUE);
    long waiting = waiting(RiverJobState.retryable, DUE);
    makeUnique(waiting, "k", WITHOUT_RETRYABLE);
    makeUnique(holder, "k", WITHOUT_RETRYABLE);

    Scheduled done = schedule(10);

    assertThat(done.queues()).isEmpty();
    assertThat(state(holder)).isEqualTo(RiverJobState.available);
    assertThat(state(waiting)).isEqualTo(RiverJobState.discarded);
    assertThat(river.row(waiting).getFinalizedAt()).isNotNull();
    assertThat(river.row(waiting).getMetadata())
        .isEqualTo(JSONB.valueOf("{\"unique_key_conflict\": \"scheduler_discarded\"}"));
  }

  @Test
  void letsOneOfTwoSurviveThatBothWaitWithoutTheirKey() {
    long first = waiting(RiverJobState.retryable, DUE);
    long second = waiting(RiverJobState.retryable, DUE);
    makeUnique(first, "k", WITHOUT_RETRYABLE);
    makeUnique(second, "k", WITHOUT_RETRYABLE);

    schedule(10);

    assertThat(state(first)).isEqualTo(RiverJobState.available);
    assertThat(state(second)).isEqualTo(RiverJobState.discarded);
  }

  @Test
  void letsTheHolderSurviveThatIsDueInTheSamePass() {
    long retryable = waiting(RiverJobState.retryable, DUE);
    long holder = waiting(RiverJobState.scheduled, DUE.plusSeconds(1));
    makeUnique(retryable, "k", WITHOUT_RETRYABLE);
    makeUnique(holder, "k", WITHOUT_RETRYABLE);

    schedule(10);

    assertThat(state(holder)).isEqualTo(RiverJobState.available);
    assertThat(state(retryable)).isEqualTo(RiverJobState.discarded);
  }

  @Test
  void aLoserDoesNotHoldItsKeyEvenIfItsMaskNamesDiscarded() {
    long holder = river.insert(NewJobs.available());
    makeUnique(holder, "k", DEFAULT_MASK);
    long waiting = waiting(RiverJobState.retryable, DUE);
    makeUnique(waiting, "k", "11011001");
    long other = waiting(RiverJobState.retryable, DUE);

    schedule(10);

    assertThat(state(waiting)).isEqualTo(RiverJobState.discarded);
    assertThat(river.row(waiting).getUniqueStates()).isEqualTo("11010001");
    assertThat(state(other)).isEqualTo(RiverJobState.available);
  }

  @Test
  void movesAUniqueJobThatHoldsItsKeyWhileItWaits() {
    long id = waiting(RiverJobState.retryable, DUE);
    makeUnique(id, "k", DEFAULT_MASK);

    schedule(10);

    assertThat(state(id)).isEqualTo(RiverJobState.available);
  }

  @Test
  void keepsDifferentKeysApart() {
    long a = waiting(RiverJobState.retryable, DUE);
    long b = waiting(RiverJobState.retryable, DUE);
    makeUnique(a, "a", WITHOUT_RETRYABLE);
    makeUnique(b, "b", WITHOUT_RETRYABLE);

    schedule(10);

    assertThat(state(a)).isEqualTo(RiverJobState.available);
    assertThat(state(b)).isEqualTo(RiverJobState.available);
  }

  @Test
  void tellsWhenTheNextJobIsDue() {
    assertThat(untilNext()).isEmpty();

    waiting(RiverJobState.scheduled, Instant.now().plus(Duration.ofHours(1)));
    assertThat(untilNext().orElseThrow()).isCloseTo(Duration.ofHours(1), Duration.ofSeconds(20));

    waiting(RiverJobState.retryable, DUE);
    assertThat(untilNext().orElseThrow()).isNegative();
  }

  @Test
  void twoPassesAtOncePassOverEachOthersJobs() {
    waiting(RiverJobState.scheduled, DUE);
    long second = waiting(RiverJobState.scheduled, DUE);

    river
        .dsl()
        .transaction(
            tx -> {
              river.database().in(tx.dsl()).call(db -> schedules.schedule(db, 1));
              assertThat(schedule(10).moved()).isEqualTo(1);
              assertThat(state(second)).isEqualTo(RiverJobState.available);
            });
  }

  private long waiting(RiverJobState state, Instant at) {
    long id = river.insert(NewJobs.at(at));
    river.dsl().update(RIVER_JOB).set(RIVER_JOB.STATE, state).where(RIVER_JOB.ID.eq(id)).execute();
    return id;
  }

  private void makeUnique(long id, String key, String mask) {
    river
        .dsl()
        .execute(
            "UPDATE river_job SET unique_key = ?::bytea, unique_states = ?::bit(8) WHERE id = ?",
            key,
            mask,
            id);
  }

  private RiverJobState state(long id) {
    return river.row(id).getState();
  }

  private Scheduled schedule(int limit) {
    return river.database().call(db -> schedules.schedule(db, limit));
  }

  @Test
  void takesNoNoticeOfAJobThatIsNeverDue() {
    long id = river.insert(NewJobs.at(Instant.parse("2999-01-01T00:00:00Z")));
    river.dsl().execute("UPDATE river_job SET scheduled_at = 'infinity' WHERE id = ?", id);

    assertThat(river.database().call(schedules::untilNext)).isEmpty();
  }

  private Optional<Duration> untilNext() {
    return river.database().call(schedules::untilNext);
  }
}
