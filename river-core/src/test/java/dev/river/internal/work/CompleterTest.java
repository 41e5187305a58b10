package dev.river.internal.work;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.river.job.JobState;
import dev.river.testing.LogWatch;
import dev.river.testing.NewJobs;
import dev.river.testing.RiverDatabase;
import dev.river.testing.UnsteadyDataSource;
import dev.river.work.ErrorHandler;
import dev.river.work.RetryPolicy;
import dev.river.work.StuckJobHandler;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CompleterTest {
  private static final String CLIENT = "me";

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final JsonCodec codec = new JsonCodec();
  private final JobResults results = new JobResults(codec);
  private final ClaimedJobs claimed = new ClaimedJobs();
  private final EventHub hub = new EventHub();
  private final Subscription events = hub.subscribe(Set.of(EventKind.values()), 100);

  @AfterEach
  void close() {
    hub.close();
  }

  @Test
  void storesEachOutcomeAndTellsOfItOnceThoughTheDatabaseIsGoneForAMoment() throws Exception {
    log.expectWarnings();
    List<JobRow> jobs = claim(3);

    complete(Set.of(1), jobs.stream().map(CompleterTest::completed).toList());

    assertThat(events())
        .extracting(event -> event.job().id())
        .containsExactlyInAnyOrderElementsOf(jobs.stream().map(JobRow::id).toList());
    assertThat(jobs)
        .allSatisfy(job -> assertThat(river.row(job.id()).getErrors()).isNull())
        .allSatisfy(job -> assertThat(river.row(job.id()).getAttempt()).isEqualTo(1));
  }

  @Test
  void tellsOnceOfAJobThoughTheRestOfItsBatchHasToBeStoredAgain() throws Exception {
    log.expectWarnings();
    river.dsl().execute("ALTER TABLE river_job ADD CHECK (state <> 'cancelled')");
    List<JobRow> jobs = claim(3);
    JobRow inTx = jobs.get(0);
    river
        .database()
        .call(
            db ->
                results.store(
                    db, CLIENT, List.of(new FinishedAttempt(inTx, new Outcome.Completed()))));
    AttemptError error = new AttemptError(Instant.EPOCH, 1, "refused", "");

    // the whole batch is refused, then the first is done with, then the others can't be stored
    complete(
        Set.of(4),
        List.of(
            new EndedAttempt(
                new FinishedAttempt(inTx, new Outcome.Completed()), Duration.ZERO, 0, true),
            new EndedAttempt(
                new FinishedAttempt(jobs.get(1), new Outcome.Cancel(error)),
                Duration.ZERO,
                0,
                false),
            completed(jobs.get(2))));

    assertThat(events())
        .extracting(event -> List.of(event.job().id(), event.kind()))
        .containsExactly(
            List.of(inTx.id(), EventKind.JOB_COMPLETED),
            List.of(jobs.get(1).id(), EventKind.JOB_FAILED),
            List.of(jobs.get(2).id(), EventKind.JOB_COMPLETED));
  }

  @Test
  void doesNotTellThatAJobIsCompletedWhichAnotherAttemptHasCompleted() throws Exception {
    JobRow old = claim(1).getFirst();
    store(CLIENT, old, new Outcome.Snooze(Duration.ZERO, 1));
    JobRow current = claimAs("other", 1).getFirst();
    store("other", current, new Outcome.Completed());

    complete(
        Set.of(),
        List.of(
            new EndedAttempt(
                new FinishedAttempt(old, new Outcome.Completed()), Duration.ZERO, 0, true)));

    assertThat(current.attempt()).isEqualTo(old.attempt());
    assertThat(river.row(old.id()).getState().getLiteral()).isEqualTo("completed");
    assertThat(events()).isEmpty();
  }

  /** Stores them in one batch, by a completer that runs until none is left. */
  private void complete(Set<Integer> failures, List<EndedAttempt> ended) throws Exception {
    Database database =
        new Database(UnsteadyDataSource.failingAt(river.dataSource(), failures), Optional.empty());
    Completer completer =
        new Completer(
            CLIENT,
            new OutcomeStore(CLIENT, database, results, settings(), new OutcomeEvents(hub)),
            claimed);
    claimed.add(
        ended.stream()
            .map(attempt -> new Attempt(attempt.finished().job(), true, () -> {}))
            .toList());
    ended.forEach(completer::submit);
    completer.start();
    try {
      assertThat(claimed.awaitEmpty(RiverDatabase.PATIENCE)).isTrue();
    } finally {
      completer.stop();
    }
  }

  private List<Event.JobEvent> events() throws InterruptedException {
    List<Event.JobEvent> all = new ArrayList<>();
    for (Optional<Event> event = events.poll(Duration.ZERO);
        event.isPresent();
        event = events.poll(Duration.ZERO)) {
      all.add((Event.JobEvent) event.get());
    }
    assertThat(all).allMatch(event -> event.job().state() != JobState.RUNNING);
    return all;
  }

  private static EndedAttempt completed(JobRow job) {
    return new EndedAttempt(
        new FinishedAttempt(job, new Outcome.Completed()), Duration.ZERO, 0, false);
  }

  private void store(String client, JobRow job, Outcome outcome) {
    river
        .database()
        .call(db -> results.store(db, client, List.of(new FinishedAttempt(job, outcome))));
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
