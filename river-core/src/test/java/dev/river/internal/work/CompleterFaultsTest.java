package dev.river.internal.work;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.river.event.Event;
import dev.river.event.EventKind;
import dev.river.event.Subscription;
import dev.river.internal.codec.JsonCodec;
import dev.river.internal.event.EventHub;
import dev.river.internal.store.Database;
import dev.river.internal.store.FinishedAttempt;
import dev.river.internal.store.JobClaims;
import dev.river.internal.store.JobResults;
import dev.river.internal.store.Outcome;
import dev.river.job.AttemptError;
import dev.river.job.JobRow;
import dev.river.schema.enums.RiverJobState;
import dev.river.schema.tables.records.RiverJobRecord;
import dev.river.testing.LogWatch;
import dev.river.testing.NewJobs;
import dev.river.testing.Proxies;
import dev.river.testing.RiverDatabase;
import dev.river.work.ErrorHandler;
import dev.river.work.RetryPolicy;
import dev.river.work.StuckJobHandler;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.jooq.JSONB;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one job whose result can't be stored does to the results of others: nothing. */
class CompleterFaultsTest {
  private static final String CLIENT = "me";
  private static final AttemptError ERROR = new AttemptError(Instant.EPOCH, 1, "boom", "");

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final JsonCodec codec = new JsonCodec();
  private final JobResults results = new JobResults(codec);
  private final ClaimedJobs claimed = new ClaimedJobs();
  private final EventHub hub = new EventHub();
  private Completer completer;

  @BeforeEach
  void create() {
    completer = completer(river.database());
  }

  private Completer completer(Database database) {
    return new Completer(
        CLIENT,
        new OutcomeStore(CLIENT, database, results, settings(), new OutcomeEvents(hub)),
        claimed);
  }

  /** Gives connections on which some statements are refused. */
  private DataSource refusing(Predicate<String> which, String sqlState, AtomicInteger refusals) {
    return Proxies.of(
        DataSource.class,
        river.dataSource(),
        Map.of(
            "getConnection",
            none -> {
              Connection connection = river.dataSource().getConnection();
              return Proxies.of(
                  Connection.class,
                  connection,
                  Map.of(
                      "prepareStatement",
                      arguments -> {
                        String sql = (String) arguments[0];
                        if (which.test(sql.toLowerCase(Locale.ROOT))) {
                          refusals.incrementAndGet();
                          throw new SQLException("injected", sqlState);
                        }
                        return connection.prepareStatement(sql);
                      }));
            }));
  }

  @AfterEach
  void close() {
    completer.stop();
    hub.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"45000", "42501", "22023", "P0001", "55P03", "40P01", "40001", "53400"})
  void aResultThatIsRefusedFailsItsJobAlone(String sqlState) throws Exception {
    log.expectWarnings();
    List<JobRow> jobs = claim(9);
    long bad = jobs.get(4).id();
    refuse("NEW.id = %s AND NEW.state = 'completed'".formatted(bad), sqlState);

    complete(jobs);

    assertThat(claimed.awaitEmpty(RiverDatabase.PATIENCE)).isTrue();
    RiverJobRecord failed = river.row(bad);
    assertThat(failed.getState()).isEqualTo(RiverJobState.retryable);
    assertThat(failed.getErrors()).hasSize(1);
    assertThat(failed.getErrors()[0].data()).contains("its result was refused");
    assertThat(states(jobs, bad)).containsOnly(RiverJobState.completed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"45000", "42501", "40001"})
  void whatCanNotBeStoredInAnyFormIsStoredAsSoonAsItCan(String sqlState) throws Exception {
    log.expectWarnings();
    List<JobRow> jobs = claim(20);
    long bad = jobs.get(0).id();
    refuse("NEW.id = %s".formatted(bad), sqlState);

    complete(jobs);

    awaitOthers(jobs, bad);
    assertThat(river.row(bad).getState()).isEqualTo(RiverJobState.running);
    complete(claim(5)); // others go on
    await().atMost(RiverDatabase.PATIENCE).until(() -> claimed.ids().size() == 1);
    assertThat(
            log.warnings().stream()
                .filter(line -> line.contains("job %s: its result is refused".formatted(bad))))
        .hasSize(1);

    river.dsl().execute("DROP TRIGGER refusal ON river_job");

    assertThat(claimed.awaitEmpty(RiverDatabase.PATIENCE)).isTrue();
    assertThat(river.row(bad).getState()).isEqualTo(RiverJobState.completed);
  }

  /** A privilege is missing, a table is locked as by VACUUM FULL, a disk is full. */
  @ParameterizedTest
  @CsvSource({"42501, false", "57014, false", "53100, true", "53200, true", "58030, true"})
  void whatIsNoFaultOfARowFailsNoJob(String sqlState, boolean changeable) throws Exception {
    log.expectWarnings();
    List<JobRow> jobs = claim(3);
    AtomicInteger refusals = new AtomicInteger();
    AtomicBoolean refuses = new AtomicBoolean(true);
    completer =
        completer(
            new Database(
                refusing(
                    sql ->
                        refuses.get()
                            && sql.contains("update")
                            && !(changeable && sql.contains("\"priority\" = "))
                            && !(sql.contains("error") && sql.contains("delay")),
                    sqlState,
                    refusals),
                Optional.empty()));

    complete(jobs);
    await().atMost(RiverDatabase.PATIENCE).until(() -> refusals.get() > (changeable ? 25 : 40));

    assertThat(states(jobs, -1)).containsOnly(RiverJobState.running);
    refuses.set(false);
    assertThat(claimed.awaitEmpty(RiverDatabase.PATIENCE)).isTrue();
    assertThat(states(jobs, -1)).containsOnly(RiverJobState.completed);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLockedRowKeepsNoOtherResultFromBeingStored(boolean events) throws Exception {
    Optional<Subscription> subscription =
        events ? Optional.of(hub.subscribe(Set.of(EventKind.values()), 100)) : Optional.empty();
    List<JobRow> jobs = claim(50);
    long locked = jobs.get(7).id();
    try (Connection other = river.unpooled().getConnection();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("SELECT FROM river_job WHERE id = %s FOR UPDATE".formatted(locked));

      complete(jobs);
      awaitOthers(jobs, locked);
      complete(claim(5));
      await().atMost(RiverDatabase.PATIENCE).until(() -> claimed.ids().size() == 1);

      assertThat(river.row(locked).getState()).isEqualTo(RiverJobState.running);
      assertThat(
              river
                  .dsl()
                  .fetchSingle(
                      "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                          + " AND datname = current_database()")
                  .get(0, Long.class))
          .isZero();
      other.commit();
    }
    assertThat(claimed.awaitEmpty(RiverDatabase.PATIENCE)).isTrue();
    assertThat(river.row(locked).getState()).isEqualTo(RiverJobState.completed);
    if (subscription.isPresent()) {
      assertThat(told(subscription.get())).hasSize(55);
    }
  }

  @Test
  void ofALockedRowThatIsEndedByItsHolderTheResultComesLate() throws Exception {
    JobRow job = claim(1).getFirst();
    try (Connection other = river.unpooled().getConnection();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute(
          "UPDATE river_job SET state = 'discarded', finalized_at = now() WHERE id = " + job.id());
      FinishedAttempt late =
          new FinishedAttempt(
              job, new Outcome.Completed(), Optional.of("{\"output\": \"late\"}"), true);
      start(List.of(new EndedAttempt(late, Duration.ZERO, 0, false)));
      other.commit();
    }
    assertThat(claimed.awaitEmpty(RiverDatabase.PATIENCE)).isTrue();
    RiverJobRecord row = river.row(job.id());
    assertThat(row.getState()).isEqualTo(RiverJobState.discarded);
    assertThat(row.getMetadata()).isEqualTo(JSONB.valueOf("{\"output\": \"late\"}"));
  }

  @Test
  void lateMetadataOfAnOlderAttemptChangesNothing() throws Exception {
    JobRow old = claim(1).getFirst();
    store(old, new Outcome.Snooze(Duration.ZERO, 1));
    JobRow current = claimAs("other", 1).getFirst();
    river
        .database()
        .call(
            db ->
                results.store(
                    db, "other", List.of(new FinishedAttempt(current, new Outcome.Completed()))));

    FinishedAttempt late =
        new FinishedAttempt(old, new Outcome.Completed(), Optional.of("{\"a\": 1}"), true);
    start(List.of(new EndedAttempt(late, Duration.ZERO, 0, false)));

    assertThat(claimed.awaitEmpty(RiverDatabase.PATIENCE)).isTrue();
    assertThat(river.row(old.id()).getMetadata().data()).doesNotContain("\"a\"");
  }

  static List<Outcome> outcomes() {
    return List.of(
        new Outcome.Completed(),
        new Outcome.Retry(ERROR, Duration.ofHours(1)),
        new Outcome.Retry(ERROR, Duration.ZERO),
        new Outcome.Discard(ERROR),
        new Outcome.Cancel(ERROR),
        new Outcome.Snooze(Duration.ofHours(1), 3),
        new Outcome.Snooze(Duration.ZERO, 1),
        new Outcome.Interrupted());
  }

  @ParameterizedTest
  @MethodSource("outcomes")
  void tellsOnceOfAResultThatIsStoredThoughTheAnswerWasLost(Outcome outcome) throws Exception {
    Subscription events = hub.subscribe(Set.of(EventKind.values()), 100);
    JobRow job = claim(1).getFirst();
    store(job, outcome);

    start(List.of(ended(job, outcome)));

    assertThat(claimed.awaitEmpty(RiverDatabase.PATIENCE)).isTrue();
    assertThat(told(events)).containsExactly(job.id());
  }

  @ParameterizedTest
  @MethodSource("outcomes")
  void doesNotTellOfAResultThatSomeoneElseHasStored(Outcome outcome) throws Exception {
    Subscription events = hub.subscribe(Set.of(EventKind.values()), 100);
    JobRow job = claim(1).getFirst();
    AttemptError rescued = new AttemptError(Instant.EPOCH, 1, "rescued", "");
    store(
        job,
        outcome instanceof Outcome.Retry
            ? new Outcome.Retry(rescued, Duration.ofHours(1))
            : new Outcome.Discard(rescued));

    start(List.of(ended(job, outcome)));

    assertThat(claimed.awaitEmpty(RiverDatabase.PATIENCE)).isTrue();
    assertThat(told(events)).isEmpty();
  }

  private void refuse(String condition, String sqlState) {
    river
        .dsl()
        .execute(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF %s THEN RAISE EXCEPTION 'no' USING ERRCODE = '%s'; END IF;
              RETURN NEW;
            END $$
            """
                .formatted(condition, sqlState));
    river
        .dsl()
        .execute(
            "CREATE TRIGGER refusal BEFORE UPDATE ON river_job FOR EACH ROW EXECUTE FUNCTION refuse()");
  }

  private void awaitOthers(List<JobRow> jobs, long left) {
    await()
        .atMost(RiverDatabase.PATIENCE)
        .untilAsserted(() -> assertThat(states(jobs, left)).containsOnly(RiverJobState.completed));
  }

  private List<RiverJobState> states(List<JobRow> jobs, long without) {
    return river
        .dsl()
        .selectFrom(RIVER_JOB)
        .where(RIVER_JOB.ID.in(jobs.stream().map(JobRow::id).toList()))
        .and(RIVER_JOB.ID.ne(without))
        .fetch(RIVER_JOB.STATE);
  }

  private void complete(List<JobRow> jobs) {
    start(jobs.stream().map(job -> ended(job, new Outcome.Completed())).toList());
  }

  private void start(List<EndedAttempt> ended) {
    claimed.add(
        ended.stream()
            .map(attempt -> new Attempt(attempt.finished().job(), true, () -> {}))
            .toList());
    ended.forEach(completer::submit);
    completer.start();
  }

  private static EndedAttempt ended(JobRow job, Outcome outcome) {
    return new EndedAttempt(new FinishedAttempt(job, outcome), Duration.ZERO, 0, false);
  }

  private static List<Long> told(Subscription events) throws InterruptedException {
    List<Long> ids = new ArrayList<>();
    for (Optional<Event> event = events.poll(Duration.ZERO);
        event.isPresent();
        event = events.poll(Duration.ZERO)) {
      ids.add(((Event.JobEvent) event.get()).job().id());
    }
    return ids;
  }

  private void store(JobRow job, Outcome outcome) {
    river
        .database()
        .call(db -> results.store(db, CLIENT, List.of(new FinishedAttempt(job, outcome))));
  }

  private List<JobRow> claim(int count) {
    for (int i = 0; i < count; i++) {
      river.insert(NewJobs.available());
    }
    return claimAs(CLIENT, count);
  }

  private List<JobRow> claimAs(String client, int count) {
    return river.database().call(db -> new JobClaims(codec).claim(db, "default", client, count));
  }

  private static WorkSettings settings() {
    return new WorkSettings(
        Map.of(),
        Duration.ofMinutes(1),
        RetryPolicy.exponential(),
        List.of(),
        Map.of(),
        (job, failure) -> ErrorHandler.Decision.AS_USUAL,
        Duration.ofSeconds(10),
        job -> StuckJobHandler.Decision.KEEP_SLOT,
        InstantSource.system());
  }
}
