package dev.river.internal.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.river.RiverClient;
import dev.river.error.DatabaseException;
import dev.river.internal.codec.JsonCodec;
import dev.river.internal.store.Database;
import dev.river.job.JobRow;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.LogWatch;
import dev.river.testing.NewJobs;
import dev.river.testing.RiverDatabase;
import dev.river.work.CancelCause;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimerTest {
  private static final Duration NO_REST = Duration.ofNanos(1);

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final ClaimedJobs claimed = new ClaimedJobs();

  @Test
  void findsAJobWhoseClaimIsCommittedLongAfterItWasGivenUp() throws Exception {
    log.expectWarnings();
    long id = river.insert(NewJobs.available());
    try (Connection blocker = river.dataSource().getConnection()) {
      blocker.setAutoCommit(false);
      block(blocker, "NEW.state = 'running'");
      Claimer claimer = claimer(Duration.ofMillis(300), Long.MAX_VALUE);

      assertThatThrownBy(() -> claimer.claim(1)).isInstanceOf(DatabaseException.class);
      for (int looks = 0; looks < 200; looks++) {
        assertThat(claimer.recover(1)).isEmpty();
      }
      assertThat(river.row(id).getState()).isEqualTo(RiverJobState.available);
      blocker.rollback();

      List<JobRow> found =
          await()
              .atMost(RiverDatabase.PATIENCE)
              .until(() -> claimer.recover(1), rows -> !rows.isEmpty());
      assertThat(found).extracting(JobRow::id).containsExactly(id);
    }
  }

  @Test
  void looksForNothingAfterAClaimThatTheServerHasRefused() {
    log.expectWarnings();
    river.insert(NewJobs.available());
    river.dsl().execute("ALTER TABLE river_job RENAME COLUMN tags TO labels");
    Claimer claimer = claimer(RiverDatabase.PATIENCE, Long.MAX_VALUE);

    assertThatThrownBy(() -> claimer.claim(1)).isInstanceOf(DatabaseException.class);

    assertThat(claimer.restAtMost(Duration.ofHours(1))).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void putsBackLargeJobsForWhichThereIsNoMemoryAndClaimsSmallOnesMeanwhile() {
    long first = insertLarge();
    long second = insertLarge();
    long small = river.insert(NewJobs.available());
    Claimer claimer = claimer(RiverDatabase.PATIENCE, 1_000_000);

    assertThat(claimer.claim(10)).extracting(JobRow::id).containsExactly(small);
    assertThat(claimer.hasMore()).isTrue();
    List<JobRow> rows = claimer.claim(10);
    assertThat(rows).extracting(JobRow::id).containsExactly(first);
    assertThat(rows.getFirst().encodedArgs()).hasSizeGreaterThan(3_000_000);
    claimed.add(List.of(new Attempt(rows.getFirst(), true, () -> {})));
    assertThat(claimer.claim(10)).isEmpty();
    assertThat(river.row(second).getState()).isEqualTo(RiverJobState.available);
    assertThat(river.row(second).getAttempt()).isZero();

    long another = river.insert(NewJobs.available());
    assertThat(claimer.claim(10)).extracting(JobRow::id).containsExactly(another);
    assertThat(claimer.claim(10)).isEmpty();
    assertThat(claimer.restAtMost(Duration.ofHours(1))).isLessThan(Duration.ofSeconds(1));

    claimed.remove(rows);
    List<JobRow> next =
        await()
            .atMost(RiverDatabase.PATIENCE)
            .until(() -> claimer.claim(10), found -> !found.isEmpty());
    assertThat(next).extracting(JobRow::id).containsExactly(second);
  }

  @Test
  void readsLargeJobsWithTheirMetadata() {
    long id = insertLarge();
    enlargeMetadata();

    JobRow row = claimer(RiverDatabase.PATIENCE, Long.MAX_VALUE).claim(1).getFirst();

    assertThat(row.id()).isEqualTo(id);
    assertThat(row.metadata()).isEqualTo(river.row(id).getMetadata().data());
    assertThat(row.encodedArgs()).isEqualTo(river.row(id).getArgs().data());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aJobThatIsCancelledBeforeItIsReadDoesNotBegin(boolean withLargeMetadata) {
    long large = insertLarge();
    if (withLargeMetadata) {
      enlargeMetadata();
    }
    long small = river.insert(NewJobs.available());
    Claimer claimer = claimer(RiverDatabase.PATIENCE, Long.MAX_VALUE);
    assertThat(claimer.claim(2)).extracting(JobRow::id).containsExactly(small);
    assertThat(claimed.ids()).contains(large);

    river.client(RiverClient.builder(river.dataSource())).jobs().cancel(large);

    List<JobRow> rows = claimer.claim(2);
    assertThat(rows).extracting(JobRow::id).containsExactly(large);
    Attempt attempt = new Attempt(rows.getFirst(), true, () -> {});
    claimed.add(List.of(attempt));
    assertThat(attempt.cancelCause()).contains(CancelCause.REMOTE);
  }

  /** Clients of other languages leave the old mark on a job that is retried. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLargeJobThatCarriesAnOldMarkBegins(boolean withLargeMetadata) {
    insertLarge();
    if (withLargeMetadata) {
      enlargeMetadata();
    }
    river
        .dsl()
        .execute(
            "UPDATE river_job SET metadata = metadata"
                + " || '{\"cancel_attempted_at\": \"2026-01-01T00:00:00Z\"}'");

    List<JobRow> rows = claimer(RiverDatabase.PATIENCE, Long.MAX_VALUE).claim(1);

    Attempt attempt = new Attempt(rows.getFirst(), true, () -> {});
    claimed.add(List.of(attempt));
    assertThat(attempt.cancelCause()).isEmpty();
    assertThat(rows.getFirst().metadata()).contains("2026-01-01T00:00:00Z");
  }

  @Test
  void readsALargeJobThoughThereIsAlwaysASmallOne() {
    long large = insertLarge();
    Stream.generate(() -> river.insert(NewJobs.available())).limit(10).forEach(id -> {});
    Claimer claimer = claimer(RiverDatabase.PATIENCE, Long.MAX_VALUE);

    assertThat(claimer.claim(2)).extracting(JobRow::id).doesNotContain(large);
    assertThat(claimer.claim(2)).extracting(JobRow::id).containsExactly(large);
    assertThat(claimer.claim(2)).hasSize(2);
  }

  @Test
  void claimsALargeJobAgainThoughThereIsAlwaysASmallOne() {
    insertLarge();
    long second = insertLarge();
    Claimer claimer = claimer(RiverDatabase.PATIENCE, 1_000_000);
    List<JobRow> running = fillTheRoom(claimer);
    assertThat(river.row(second).getState()).isEqualTo(RiverJobState.available);
    insertManySmall();

    claimed.remove(running);

    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(() -> claimer.claim(2).stream().anyMatch(row -> row.id() == second));
    assertThat(claimer.claim(2)).as("small ones that are left").hasSize(2);
  }

  @Test
  void oneLockedRowDoesNotKeepOtherLargeJobsFromBeingPutBack() throws Exception {
    insertLarge();
    long locked = insertLarge();
    long free = insertLarge();
    Claimer claimer = claimer(RiverDatabase.PATIENCE, 1_000_000);
    claimed.add(List.of(new Attempt(claimer.claim(3).getFirst(), true, () -> {})));
    try (Connection blocker = lock(locked)) {
      assertThat(claimer.claim(3)).isEmpty();

      assertThat(river.row(free).getState()).isEqualTo(RiverJobState.available);
      assertThat(river.row(locked).getState()).isEqualTo(RiverJobState.running);
      assertThat(claimed.ids()).contains(locked).doesNotContain(free);
      assertThat(claimer.hasMore()).isFalse();
      assertThat(claimer.restAtMost(Duration.ofHours(1))).isLessThan(Duration.ofSeconds(1));
      blocker.rollback();
    }
    assertThat(claimer.claim(3)).isEmpty();
    assertThat(river.row(locked).getState()).isEqualTo(RiverJobState.available);
    assertThat(claimed.ids()).hasSize(1);
  }

  @Test
  void putsBackAtTheEndWhatItCanInTime() throws Exception {
    log.expectWarnings();
    insertLarge();
    long locked = insertLarge();
    long free = insertLarge();
    Claimer claimer = claimer(RiverDatabase.PATIENCE, Long.MAX_VALUE);
    claimer.claim(3);
    try (Connection blocker = lock(locked)) {
      claimer.putBackWithin(Duration.ofMillis(200));
      blocker.rollback();
    }

    assertThat(river.row(free).getState()).isEqualTo(RiverJobState.available);
    assertThat(river.row(locked).getState()).isEqualTo(RiverJobState.running);
    assertThat(claimed.ids()).doesNotContain(locked, free);
    assertThat(log.warnings())
        .singleElement()
        .asString()
        .contains("1 claimed jobs", "until they are rescued: [" + locked + "]");
  }

  /** Small jobs are claimed already when the one more is asked for whose answer is lost. */
  @Test
  void findsTheSmallJobsOfAClaimWhoseSecondAnswerIsLost() throws Exception {
    log.expectWarnings();
    insertLarge();
    long second = insertLarge();
    Claimer claimer = claimer(Duration.ofMillis(300), 1_000_000);
    claimed.remove(fillTheRoom(claimer));
    river.dsl().execute("DELETE FROM river_job WHERE state = 'running'");
    insertManySmall();
    try (Connection blocker = river.dataSource().getConnection()) {
      blocker.setAutoCommit(false);
      block(blocker, "NEW.state = 'running' AND NEW.id = " + second);

      await()
          .atMost(RiverDatabase.PATIENCE)
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> take(claimer.claim(2)))
                      .isInstanceOf(DatabaseException.class));

      Set<Long> lost = new HashSet<>(running());
      lost.removeAll(claimed.ids());
      assertThat(lost).hasSize(1);
      await()
          .atMost(RiverDatabase.PATIENCE)
          .until(
              () -> {
                take(claimer.recover(2));
                take(claimer.claim(2));
                return claimed.attempts().stream()
                    .anyMatch(attempt -> lost.contains(attempt.row().id()));
              });
      blocker.rollback();
    }
  }

  private List<Long> running() {
    return river
        .dsl()
        .fetch("SELECT id FROM river_job WHERE state = 'running'")
        .getValues("id", Long.class);
  }

  private void take(List<JobRow> rows) {
    claimed.add(rows.stream().map(row -> new Attempt(row, true, () -> {})).toList());
  }

  private void insertManySmall() {
    river
        .dsl()
        .execute(
            "INSERT INTO river_job (kind, args) SELECT 'test', '{}' FROM generate_series(1, 500)");
  }

  /** {@return the large job that is read} The other one is put back. */
  private List<JobRow> fillTheRoom(Claimer claimer) {
    List<JobRow> running = claimer.claim(2);
    take(running);
    assertThat(claimer.claim(2)).isEmpty();
    return running;
  }

  private Connection lock(long id) throws SQLException {
    Connection blocker = river.dataSource().getConnection();
    blocker.setAutoCommit(false);
    blocker.createStatement().execute("SELECT 1 FROM river_job WHERE id = " + id + " FOR UPDATE");
    return blocker;
  }

  private void enlargeMetadata() {
    river
        .dsl()
        .execute(
            "UPDATE river_job SET metadata = (SELECT jsonb_object_agg(n, md5(n || ''))"
                + " FROM generate_series(1, 2000) n)");
  }

  private static void block(Connection blocker, String condition) throws SQLException {
    blocker
        .createStatement()
        .execute(
            """
            CREATE FUNCTION block() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              PERFORM pg_advisory_xact_lock(42);
              RETURN NULL;
            END $$;
            CREATE CONSTRAINT TRIGGER block AFTER UPDATE ON river_job
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
            WHEN (%s) EXECUTE FUNCTION block();
            """
                .formatted(condition));
    blocker.commit();
    blocker.createStatement().execute("SELECT pg_advisory_xact_lock(42)");
  }

  private long insertLarge() {
    return river
        .dsl()
        .fetchSingle(
            "INSERT INTO river_job (kind, args) VALUES ('test',"
                + " jsonb_build_object('name', repeat('x', 3000000))) RETURNING id")
        .get(0, Long.class);
  }

  private Claimer claimer(Duration silence, long room) {
    Database database = new Database(river.unpooled(), Optional.empty()).withSilenceLimit(silence);
    return new Claimer(
        ClaimSource.of("me", database, new JsonCodec()), "default", claimed, NO_REST, room);
  }
}
