package dev.river.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.Jobs;
import dev.river.RiverClient;
import dev.river.error.JobNotFoundException;
import dev.river.error.JobRunningException;
import dev.river.internal.codec.JsonCodec;
import dev.river.internal.store.FinishedAttempt;
import dev.river.internal.store.JobClaims;
import dev.river.internal.store.JobResults;
import dev.river.internal.store.JobSchedules;
import dev.river.internal.store.Outcome;
import dev.river.job.AttemptError;
import dev.river.job.InsertOpts;
import dev.river.job.Inserted;
import dev.river.job.JobRow;
import dev.river.job.JobState;
import dev.river.job.UniqueOpts;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;

/** The database and the model beside it. */
final class JobWorld {
  private static final AttemptError ERROR = new AttemptError(Instant.EPOCH, 1, "boom", "");

  private static final String SNAPSHOTS =
      """
      SELECT id, state::text, queue, attempt, max_attempts,
        coalesce(cardinality(errors), 0) AS errors,
        finalized_at IS NOT NULL AS ended,
        scheduled_at <= now() AS due,
        jsonb_exists(metadata, 'cancel_attempted_at') AS cancel_marked,
        coalesce((metadata ->> 'snoozes')::bigint, 0) AS snoozes,
        jsonb_exists(metadata, 'unique_key_conflict') AS conflict_marked,
        coalesce(unique_key IS NOT NULL AND river_job_state_in_bitmask(unique_states, state), false)
          AS holds_key
      FROM river_job ORDER BY id
      """;

  final JobModel model = new JobModel();
  final Jobs jobs;

  private final RiverDatabase river;
  private final DSLContext dsl;
  private final RiverClient client;
  private final JobClaims claims = new JobClaims(new JsonCodec());
  private final JobResults results = new JobResults(new JsonCodec());
  private final JobSchedules schedules = new JobSchedules();

  /** All that were ever inserted, and so some that are gone. */
  private final List<Long> ids = new ArrayList<>();

  private final List<ClaimedJob> claimed = new ArrayList<>();

  /** A job as a client got it, with what the model knows its claim by. */
  record ClaimedJob(String client, JobRow row, long claim, long snoozes) {}

  JobWorld(RiverDatabase river, RiverClient client) {
    this.river = river;
    this.dsl = river.dsl();
    this.client = client;
    this.jobs = client.jobs();
    dsl.execute("DELETE FROM river_job");
  }

  /** One of all claims, and so mostly one that is long over. */
  Optional<ClaimedJob> pickClaim(int pick) {
    return claimed.isEmpty() ? Optional.empty() : Optional.of(claimed.get(pick % claimed.size()));
  }

  /** One of the newest claims. */
  Optional<ClaimedJob> pickNewClaim(int pick) {
    int newest = Math.min(3, claimed.size());
    return newest == 0
        ? Optional.empty()
        : Optional.of(claimed.get(claimed.size() - 1 - pick % newest));
  }

  /** Does what is to be done to a job, if there is any; to one that is gone it can't be done. */
  void onExistingJob(int pick, LongConsumer refused, Consumer<ModelJob> done) {
    if (ids.isEmpty()) {
      return;
    }
    long id = ids.get(pick % ids.size());
    model
        .job(id)
        .ifPresentOrElse(
            done,
            () ->
                assertThatThrownBy(() -> refused.accept(id))
                    .isInstanceOf(JobNotFoundException.class));
  }

  /** The same of what can't be done to a job that runs either. */
  void onRestingJob(int pick, LongConsumer refused, Consumer<ModelJob> done) {
    onExistingJob(
        pick,
        refused,
        job -> {
          if (job.is(JobState.RUNNING)) {
            assertThatThrownBy(() -> refused.accept(job.id))
                .isInstanceOf(JobRunningException.class);
          } else {
            done.accept(job);
          }
        });
  }

  void insert(NewModelJob job) {
    Inserted<TestArgs> inserted =
        client.insert(new TestArgs(job.key().orElse("plain")), optsOf(job));

    var holder = job.key().flatMap(model::holderOf);
    assertThat(inserted.duplicate()).isEqualTo(holder.isPresent());
    if (holder.isPresent()) {
      assertThat(inserted.id()).isEqualTo(holder.get().id);
    } else {
      ids.add(inserted.id());
      model.insert(inserted.id(), job);
    }
  }

  private InsertOpts optsOf(NewModelJob job) {
    InsertOpts.Builder opts =
        InsertOpts.builder()
            .queue(job.queue())
            .priority(job.priority())
            .maxAttempts(job.maxAttempts());
    switch (job.when()) {
      case NOW -> {}
      case EARLIER -> opts.scheduledAt(hoursFromNow(-1));
      case LATER -> opts.scheduledAt(hoursFromNow(1));
      case PENDING -> opts.pending(true);
    }
    if (job.key().isPresent()) {
      opts.unique(UniqueOpts.builder().byArgs().byState(job.keyStates()).build());
    }
    return opts.build();
  }

  /** By the database's clock. */
  Instant hoursFromNow(int hours) {
    return dsl.fetchSingle("SELECT now()").into(Instant.class).plus(Duration.ofHours(hours));
  }

  void claim(String queue, String clientId, int limit) {
    List<JobRow> rows = river.database().call(db -> claims.claim(db, queue, clientId, limit));

    assertThat(rows).extracting(JobRow::id).isEqualTo(model.claim(queue, limit));
    for (JobRow row : rows) {
      ModelJob job = model.job(row.id()).orElseThrow();
      claimed.add(new ClaimedJob(clientId, row, job.claim, job.snoozes));
    }
  }

  void finish(ClaimedJob attempt, Ending ending, String clientId) {
    FinishedAttempt finished = new FinishedAttempt(attempt.row(), outcomeOf(attempt, ending));
    Set<Long> counted = river.database().call(db -> results.store(db, clientId, List.of(finished)));

    boolean counts =
        clientId.equals(attempt.client())
            && model.finish(attempt.row().id(), attempt.claim(), ending);
    assertThat(counted).isEqualTo(counts ? Set.of(attempt.row().id()) : Set.of());
  }

  private static Outcome outcomeOf(ClaimedJob attempt, Ending ending) {
    Duration hour = Duration.ofHours(1);
    return switch (ending) {
      case COMPLETED -> new Outcome.Completed();
      case FAILED -> failed(attempt.row(), hour);
      case FAILED_TO_RETRY_AT_ONCE -> failed(attempt.row(), Duration.ZERO);
      case SNOOZED -> new Outcome.Snooze(hour, attempt.snoozes() + 1);
      case SNOOZED_FOR_NO_TIME -> new Outcome.Snooze(Duration.ZERO, attempt.snoozes() + 1);
      case CANCELLED -> new Outcome.Cancel(ERROR);
      case INTERRUPTED -> new Outcome.Interrupted();
    };
  }

  private static Outcome failed(JobRow row, Duration delay) {
    return row.attempt() >= row.maxAttempts()
        ? new Outcome.Discard(ERROR)
        : new Outcome.Retry(ERROR, delay);
  }

  void schedule(int limit) {
    JobSchedules.Scheduled done = river.database().call(db -> schedules.schedule(db, limit));

    assertThat(done.moved()).isEqualTo(model.schedule(limit));
  }

  void hoursPass(int hours) {
    dsl.execute("UPDATE river_job SET scheduled_at = scheduled_at - ? * interval '1 hour'", hours);
    model.hoursPass(hours);
  }

  /** As a client of another language does it. */
  void rescue(ModelJob job) {
    dsl.execute(
        """
        UPDATE river_job SET
          errors = array_append(errors, '{"attempt": 1}'),
          state = rescued.state::river_job_state,
          finalized_at = CASE WHEN rescued.state <> 'retryable' THEN now() END,
          scheduled_at = CASE WHEN rescued.state = 'retryable' THEN now() ELSE scheduled_at END
        FROM (
          SELECT CASE WHEN jsonb_exists(metadata, 'cancel_attempted_at') THEN 'cancelled'
            WHEN attempt >= max_attempts THEN 'discarded' ELSE 'retryable' END AS state
          FROM river_job WHERE id = {0}) AS rescued
        WHERE id = {0}
        """,
        DSL.val(job.id));
    model.rescue(job);
  }

  void compare() {
    assertThat(dsl.fetch(SNAPSHOTS).map(JobWorld::snapshot)).isEqualTo(model.snapshots());
  }

  private static Snapshot snapshot(Record job) {
    return new Snapshot(
        job.get("id", Long.class),
        JobState.valueOf(job.get("state", String.class).toUpperCase(Locale.ROOT)),
        job.get("queue", String.class),
        job.get("attempt", Integer.class),
        job.get("max_attempts", Integer.class),
        job.get("errors", Integer.class),
        job.get("ended", Boolean.class),
        job.get("due", Boolean.class),
        job.get("cancel_marked", Boolean.class),
        job.get("snoozes", Long.class),
        job.get("conflict_marked", Boolean.class),
        job.get("holds_key", Boolean.class));
  }
}
