package dev.river.internal.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.river.internal.codec.JsonCodec;
import dev.river.internal.codec.MessageCodec;
import dev.river.internal.store.JobClaims;
import dev.river.internal.store.JobQueries;
import dev.river.internal.store.JobRescues;
import dev.river.internal.store.LeaseStore;
import dev.river.internal.store.Notifications;
import dev.river.job.JobRow;
import dev.river.testing.LogWatch;
import dev.river.testing.NewJobs;
import dev.river.testing.RiverDatabase;
import dev.river.work.CancelCause;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RescueWatchTest {
  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final ClaimedJobs claimed = new ClaimedJobs();

  @Test
  void endsAttemptsWhoseJobsALeaderOfAnotherLanguageHasRescued() {
    log.expectWarnings();
    JsonCodec codec = new JsonCodec();
    river.insert(NewJobs.available());
    river.insert(NewJobs.available());
    List<JobRow> jobs =
        river.database().call(db -> new JobClaims(codec).claim(db, "default", "client", 2));
    List<Attempt> attempts = jobs.stream().map(job -> new Attempt(job, true, () -> {})).toList();
    claimed.add(attempts);
    river
        .dsl()
        .execute(
            "UPDATE river_job SET state = 'discarded', finalized_at = now() WHERE id = "
                + jobs.getFirst().id());
    RescueWatch watch = watch(codec);
    river
        .dsl()
        .execute(
            "INSERT INTO river_leader (leader_id, elected_at, expires_at)"
                + " VALUES ('go_1', now(), now() + interval '1 hour')");
    watch.start();
    try {
      await()
          .atMost(RiverDatabase.PATIENCE)
          .untilAsserted(
              () -> assertThat(attempts.getFirst().cancelCause()).contains(CancelCause.LOST));
      assertThat(attempts.getLast().cancelCause()).isEmpty();
    } finally {
      watch.stop();
    }
  }

  @Test
  void saysNothingOfAttemptsThatEndWhileItLooks() throws Exception {
    JsonCodec codec = new JsonCodec();
    river.insert(NewJobs.available());
    List<JobRow> jobs =
        river.database().call(db -> new JobClaims(codec).claim(db, "default", "client", 1));
    Attempt attempt = new Attempt(jobs.getFirst(), true, () -> {});
    claimed.add(List.of(attempt));
    RescueWatch watch = watch(codec);
    try (Connection blocker = river.unpooled().getConnection();
        Statement statement = blocker.createStatement()) {
      blocker.setAutoCommit(false);
      statement.execute("LOCK TABLE river_job");
      watch.start();
      watch.look();
      awaitWaiting();
      statement.execute(
          "UPDATE river_job SET state = 'retryable', scheduled_at = now() + interval '1 hour'");
      claimed.remove(jobs);
      blocker.commit();
      await().atMost(RiverDatabase.PATIENCE).until(() -> waiting() == 0);
    } finally {
      watch.stop(); // after the look has ended
    }
    assertThat(attempt.cancelCause()).isEmpty();
    assertThat(log.warnings()).isEmpty();
  }

  @Test
  void takesALaterAttemptForNoneThatWasRescued() throws Exception {
    JsonCodec codec = new JsonCodec();
    river.insert(NewJobs.available());
    JobRow earlier =
        river
            .database()
            .call(db -> new JobClaims(codec).claim(db, "default", "client", 1))
            .getFirst();
    claimed.add(List.of(new Attempt(earlier, true, () -> {})));
    RescueWatch watch = watch(codec);
    Attempt later;
    try (Connection blocker = river.unpooled().getConnection();
        Statement statement = blocker.createStatement()) {
      blocker.setAutoCommit(false);
      statement.execute("LOCK TABLE river_job");
      watch.start();
      watch.look();
      awaitWaiting();
      statement.execute(
          "UPDATE river_job SET attempt = 2, attempted_at = attempted_at + interval '1 second'");
      claimed.remove(List.of(earlier));
      JobRow next =
          new JobQueries(codec).get(river.database().on(blocker), earlier.id()).orElseThrow();
      later = new Attempt(next, true, () -> {});
      claimed.add(List.of(later));
      blocker.commit();
      await().atMost(RiverDatabase.PATIENCE).until(() -> waiting() == 0);
    } finally {
      watch.stop(); // after the look has ended
    }
    assertThat(later.cancelCause()).isEmpty();
    assertThat(log.warnings()).isEmpty();
  }

  private RescueWatch watch(JsonCodec codec) {
    return new RescueWatch(
        "client",
        river.database(),
        new JobRescues(codec),
        new LeaseStore(new Notifications(new MessageCodec(), Optional.empty())),
        claimed,
        Duration.ofMillis(50));
  }

  private void awaitWaiting() {
    await().atMost(RiverDatabase.PATIENCE).until(() -> waiting() > 0);
  }

  private long waiting() {
    return river
        .dsl()
        .fetchSingle(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                + " AND datname = current_database()")
        .get(0, Long.class);
  }
}
