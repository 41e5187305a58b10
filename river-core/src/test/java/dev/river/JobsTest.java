package dev.river;

import static dev.river.testing.StoredJob.in;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.db.RiverMigrator;
import dev.river.error.JobNotFoundException;
import dev.river.error.JobRunningException;
import dev.river.error.UniqueConflictException;
import dev.river.internal.codec.JobMetadata;
import dev.river.internal.codec.MessageCodec;
import dev.river.internal.store.NotificationStream;
import dev.river.internal.store.NotificationStream.Notification;
import dev.river.internal.store.NotificationStream.Topic;
import dev.river.internal.store.Notifications;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.job.JobRow;
import dev.river.job.JobState;
import dev.river.job.JobUpdate;
import dev.river.query.JobQuery;
import dev.river.schema.enums.RiverJobState;
import dev.river.schema.tables.records.RiverJobRecord;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.StoredJob;
import dev.river.testing.TestArgs;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.JSONB;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What the operations do to rows; CancelRunningTest has what running clients make of it. */
class JobsTest {
  private static final long MISSING = 999_999;

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private RiverClient client;
  private Jobs jobs;

  /** Such a job keeps duplicates away when it is cancelled, but not while it waits for a retry. */
  private static final String WITHOUT_RETRYABLE = "11010111";

  record OtherArgs(int size) implements JobArgs {
    @Override
    public String kind() {
      return "other";
    }
  }

  @BeforeEach
  void createClient() {
    client = river.client(RiverClient.builder(river.dataSource()));
    jobs = client.jobs();
  }

  @Test
  void getsAJob() {
    long id = client.insert(new TestArgs("whale")).id();

    assertThat(jobs.get(id)).map(JobRow::encodedArgs).contains("{\"name\": \"whale\"}");
    assertThat(jobs.get(MISSING)).isEmpty();
  }

  @Test
  void getsAJobOfAKnownKind() {
    Job<TestArgs> inserted = client.insert(new TestArgs("whale")).job();

    assertThat(jobs.get(inserted.id(), TestArgs.class)).contains(inserted);
    assertThat(jobs.get(MISSING, TestArgs.class)).isEmpty();
  }

  @Test
  void refusesToGetAJobOfAnotherKind() {
    long id = client.insert(new TestArgs("whale")).id();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> jobs.get(id, OtherArgs.class))
        .withMessage(
            "job %s must be of kind other, that of %s, got: test"
                .formatted(id, OtherArgs.class.getName()));
  }

  @Test
  void saysOfWhichKindAJobIsWhoseArgumentsDoNotFit() {
    long id = in(river.dsl(), RiverJobState.available, j -> j.setArgs(json("{\"size\": \"x\"}")));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> jobs.get(id, OtherArgs.class))
        .withMessageContaining("job %s is of kind test: args can't be read as".formatted(id));
  }

  @ParameterizedTest
  @EnumSource(names = {"available", "pending", "retryable", "scheduled"})
  void cancelsAWaitingJobAtOnce(RiverJobState state) {
    long id = in(river.dsl(), state, j -> j.setMetadata(json("{\"kept\": 1}")));

    JobRow job = jobs.cancel(id);

    assertThat(job.state()).isEqualTo(JobState.CANCELLED);
    assertThat(job.finalizedAt()).isPresent();
    assertThat(job.metadata()).contains("\"kept\": 1");
    assertThat(JobMetadata.cancelMark(job.metadata()).map(Instant::parse))
        .isEqualTo(job.finalizedAt());
    assertThat(jobs.get(id)).contains(job);
  }

  @Test
  void onlyMarksARunningJob() {
    long id = in(river.dsl(), RiverJobState.running);

    JobRow job = jobs.cancel(id);

    assertThat(job.state()).isEqualTo(JobState.RUNNING);
    assertThat(job.finalizedAt()).isEmpty();
    assertThat(JobMetadata.cancelMark(job.metadata())).isPresent();
  }

  @ParameterizedTest
  @EnumSource(names = {"cancelled", "completed", "discarded"})
  void returnsAJobThatHasEndedUnchangedWhenItIsCancelled(RiverJobState state) {
    long id = in(river.dsl(), state);
    JobRow before = jobs.get(id).orElseThrow();

    assertThat(jobs.cancel(id)).isEqualTo(before);
    assertThat(jobs.get(id)).contains(before);
  }

  @Test
  void tellsClientsOfEachCancellationInTheFormThatAllRead() {
    try (NotificationStream stream = listen()) {
      long running = in(river.dsl(), RiverJobState.running);
      long ended = in(river.dsl(), RiverJobState.completed);
      jobs.cancel(running);
      jobs.cancel(ended);

      assertThat(untilMarker(stream))
          .containsExactly(
              new Notification(
                  Topic.CONTROL,
                  "{\"action\" : \"cancel\", \"job_id\" : %s, \"queue\" : \"default\"}"
                      .formatted(running)));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"cancelled", "completed", "discarded", "pending", "retryable", "scheduled"})
  void makesAJobAvailableWhenItIsRetried(RiverJobState state) {
    Instant before = Instant.now().minus(Duration.ofMinutes(1));
    long id =
        in(
            river.dsl(),
            state,
            j -> {
              j.setAttempt(3);
              j.setErrors(new JSONB[] {json("{\"error\": \"kept\"}")});
              j.setMetadata(
                  json("{\"kept\": 1, \"cancel_attempted_at\": \"2020-01-01T00:00:00Z\"}"));
            });

    JobRow job = jobs.retry(id);

    assertThat(job.state()).isEqualTo(JobState.AVAILABLE);
    assertThat(job.scheduledAt()).isAfter(before);
    assertThat(job.finalizedAt()).isEmpty();
    assertThat(job.attempt()).isEqualTo(3);
    assertThat(job.maxAttempts()).isEqualTo(25);
    assertThat(job.errors()).hasSize(1);
    assertThat(job.metadata()).isEqualTo("{\"kept\": 1}");
    assertThat(jobs.get(id)).contains(job);
  }

  @Test
  void givesARetriedJobOneMoreAttemptIfItHasUsedUpAll() {
    long id = in(river.dsl(), RiverJobState.discarded, j -> j.setAttempt(25));

    assertThat(jobs.retry(id).maxAttempts()).isEqualTo(26);
  }

  @Test
  void leavesARunningJobAndOneThatIsDueAsTheyAreWhenTheyAreRetried() {
    for (RiverJobState state : List.of(RiverJobState.running, RiverJobState.available)) {
      long id = in(river.dsl(), state);
      JobRow before = jobs.get(id).orElseThrow();

      assertThat(jobs.retry(id)).isEqualTo(before);
      assertThat(jobs.get(id)).contains(before);
    }
  }

  @Test
  void bringsForwardAnAvailableJobThatIsNotDue() {
    long id =
        in(
            river.dsl(),
            RiverJobState.available,
            j -> j.setScheduledAt(Instant.parse("2100-01-01T00:00:00Z")));

    assertThat(jobs.retry(id).scheduledAt()).isBefore(Instant.now().plusSeconds(60));
  }

  @Test
  void announcesARetriedJob() {
    try (NotificationStream stream = listen()) {
      jobs.retry(in(river.dsl(), RiverJobState.completed));

      assertThat(untilMarker(stream))
          .containsExactly(new Notification(Topic.INSERT, "{\"queue\": \"default\"}"));
    }
  }

  @Test
  void saysThatARetryFailsBecauseOfAUniqueKey() {
    unique(RiverJobState.available, "k");
    long id = unique(RiverJobState.discarded, "k");

    assertThatThrownBy(() -> jobs.retry(id))
        .isInstanceOfSatisfying(
            UniqueConflictException.class, e -> assertThat(e.sqlState()).contains("23505"))
        .hasMessage("job %s can't be retried, because another job holds its unique key", id);
    assertThat(jobs.get(id)).map(JobRow::state).contains(JobState.DISCARDED);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "running")
  void deletesAJobThatDoesNotRun(RiverJobState state) {
    long id = in(river.dsl(), state);

    assertThat(jobs.delete(id).id()).isEqualTo(id);
    assertThat(jobs.get(id)).isEmpty();
  }

  @Test
  void refusesToDeleteOrChangeARunningJob() {
    long id = in(river.dsl(), RiverJobState.running);
    JobUpdate update = JobUpdate.builder().priority(2).build();

    assertThatThrownBy(() -> jobs.delete(id))
        .isInstanceOfSatisfying(JobRunningException.class, e -> assertThat(e.id()).isEqualTo(id))
        .hasMessage("job %s is running; cancel it, or wait until it has ended", id);
    assertThatThrownBy(() -> jobs.update(id, update)).isInstanceOf(JobRunningException.class);
    assertThat(jobs.get(id)).map(JobRow::priority).contains(1);
  }

  @Test
  void saysThatThereIsNoSuchJob() {
    JobUpdate update = JobUpdate.builder().priority(2).build();

    assertThatThrownBy(() -> jobs.cancel(MISSING))
        .isInstanceOfSatisfying(
            JobNotFoundException.class, e -> assertThat(e.id()).isEqualTo(MISSING))
        .hasMessage("there is no job 999999");
    assertThatThrownBy(() -> jobs.retry(MISSING)).isInstanceOf(JobNotFoundException.class);
    assertThatThrownBy(() -> jobs.delete(MISSING)).isInstanceOf(JobNotFoundException.class);
    assertThatThrownBy(() -> jobs.update(MISSING, update)).isInstanceOf(JobNotFoundException.class);
    assertThatThrownBy(() -> jobs.update(MISSING, JobUpdate.builder().build()))
        .isInstanceOf(JobNotFoundException.class);
  }

  @Test
  void changesWhatAnUpdateSetsAndNothingElse() {
    long id =
        in(river.dsl(), RiverJobState.retryable, j -> j.setMetadata(json("{\"a\": 1, \"b\": 1}")));
    RiverJobRecord before = river.row(id);

    JobRow job =
        jobs.update(
            id,
            JobUpdate.builder()
                .queue("mail")
                .priority(4)
                .maxAttempts(3)
                .metadata(Map.of("b", 2, "c", List.of(3)))
                .output(Map.of("sent", true))
                .build());

    assertThat(job.queue()).isEqualTo("mail");
    assertThat(job.priority()).isEqualTo(4);
    assertThat(job.maxAttempts()).isEqualTo(3);
    assertThat(job.metadata())
        .isEqualTo("{\"a\": 1, \"b\": 2, \"c\": [3], \"output\": {\"sent\": true}}");
    assertThat(job.state()).isEqualTo(JobState.RETRYABLE);
    assertThat(job.scheduledAt()).isEqualTo(before.getScheduledAt());
    assertThat(jobs.get(id)).contains(job);
    assertThat(jobs.update(id, JobUpdate.builder().build())).isEqualTo(job);
  }

  @Test
  void movesAWaitingJobAsItsNewTimeDemands() {
    long id = in(river.dsl(), RiverJobState.available);
    Instant later = Instant.now().plus(Duration.ofDays(1)).truncatedTo(ChronoUnit.MICROS);

    JobRow put = jobs.update(id, JobUpdate.builder().scheduledAt(later).build());
    assertThat(put.state()).isEqualTo(JobState.SCHEDULED);
    assertThat(put.scheduledAt()).isEqualTo(later);

    try (NotificationStream stream = listen()) {
      JobRow due = jobs.update(id, JobUpdate.builder().scheduledAt(Instant.EPOCH).build());
      assertThat(due.state()).isEqualTo(JobState.AVAILABLE);
      assertThat(untilMarker(stream)).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"pending", "retryable", "completed"})
  void changesTheTimeOfOtherJobsButNotTheirState(RiverJobState state) {
    long id = in(river.dsl(), state);

    JobRow job = jobs.update(id, JobUpdate.builder().scheduledAt(Instant.EPOCH).build());

    assertThat(job.state().name()).isEqualToIgnoringCase(state.name());
    assertThat(job.scheduledAt()).isEqualTo(Instant.EPOCH);
  }

  @Test
  void storesAnOutputOf32MegabytesAndRefusesALargerOne() {
    long id = in(river.dsl(), RiverJobState.completed);
    String largest = "x".repeat(32 * 1024 * 1024 - 2); // and its two quotes

    assertThat(jobs.update(id, JobUpdate.builder().output(largest).build()).metadata())
        .hasSize(largest.length() + "{\"output\": \"\"}".length());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> jobs.update(id, JobUpdate.builder().output(largest + "x").build()))
        .withMessage("output must have at most 33554432 bytes of JSON, got: 33554433");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> jobs.update(id, JobUpdate.builder().output("\0").build()))
        .withMessageContaining("U+0000");
  }

  @Test
  void aJobThatGaveItsKeyUpWhileItWaitedDoesNotTakeItBackFromAnotherByBeingCancelled() {
    long waiting = withoutRetryable("k");
    StoredJob.unique(river.dsl(), RiverJobState.available, "k", WITHOUT_RETRYABLE);

    assertThat(jobs.cancel(waiting).state()).isEqualTo(JobState.CANCELLED);

    assertThat(river.row(waiting).getUniqueStates()).isEqualTo("11010101");
  }

  @Test
  void ofManyCancelledJobsTheFirstTakesTheKeyThatNobodyHolds() {
    long first = withoutRetryable("k");
    long second = withoutRetryable("k");

    assertThat(jobs.cancelAll(JobQuery.all(), 10)).containsExactly(first, second);

    assertThat(river.row(first).getUniqueStates()).isEqualTo(WITHOUT_RETRYABLE);
    assertThat(river.row(second).getUniqueStates()).isEqualTo("11010101");
  }

  private long withoutRetryable(String key) {
    return StoredJob.unique(river.dsl(), RiverJobState.retryable, key, WITHOUT_RETRYABLE);
  }

  @Test
  void cancelsManyJobsTheLowestNumbersFirst() {
    long waiting = in(river.dsl(), RiverJobState.retryable);
    in(river.dsl(), RiverJobState.completed);
    long running = in(river.dsl(), RiverJobState.running);
    long later = in(river.dsl(), RiverJobState.available);
    in(river.dsl(), RiverJobState.available, j -> j.setKind("other"));
    JobQuery query = JobQuery.builder().kinds("test").build();

    try (NotificationStream stream = listen()) {
      assertThat(jobs.cancelAll(query, 2)).containsExactly(waiting, running);
      assertThat(untilMarker(stream)).hasSize(2);
    }
    assertThat(state(waiting)).isEqualTo(RiverJobState.cancelled);
    assertThat(state(running)).isEqualTo(RiverJobState.running);
    assertThat(state(later)).isEqualTo(RiverJobState.available);
    assertThat(jobs.cancelAll(query, 10)).containsExactly(running, later);
  }

  @Test
  void retriesManyJobsButNoneWhoseKeyIsNotItsToTake() {
    long plain = in(river.dsl(), RiverJobState.discarded);
    long first = unique(RiverJobState.discarded, "k");
    long second = unique(RiverJobState.discarded, "k");
    unique(RiverJobState.running, "l");
    long held = unique(RiverJobState.discarded, "l");
    long holder = unique(RiverJobState.completed, "m");

    assertThat(jobs.retryAll(JobQuery.all(), 100)).containsExactly(plain, first, holder);

    assertThat(state(second)).isEqualTo(RiverJobState.discarded);
    assertThat(state(held)).isEqualTo(RiverJobState.discarded);
    assertThat(state(holder)).isEqualTo(RiverJobState.available);
  }

  @Test
  void deletesManyJobsButNoneThatRunsOrIsLocked() throws Exception {
    long first = in(river.dsl(), RiverJobState.completed);
    long running = in(river.dsl(), RiverJobState.running);
    long locked = in(river.dsl(), RiverJobState.completed);
    long second = in(river.dsl(), RiverJobState.available);
    try (Connection other = river.dataSource().getConnection()) {
      other.setAutoCommit(false);
      client.jobs(other).update(locked, JobUpdate.builder().priority(2).build());

      assertThat(jobs.deleteAll(JobQuery.all(), 1)).containsExactly(first);
      assertThat(jobs.deleteAll(JobQuery.all(), 100)).containsExactly(second);
      other.rollback();
    }
    assertThat(jobs.list(JobQuery.all()).jobs())
        .extracting(JobRow::id)
        .containsExactly(running, locked);
  }

  @Test
  void refusesToChangeManyJobsWithoutAFilterOrWithOneThatIsNoneOfItsBusiness() {
    in(river.dsl(), RiverJobState.completed);
    JobQuery unfiltered = JobQuery.builder().tagsAll().build();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> jobs.deleteAll(unfiltered, 10))
        .withMessage("a query without a filter means every job: say so with JobQuery.all()");
    assertThatIllegalArgumentException().isThrownBy(() -> jobs.cancelAll(unfiltered, 10));
    assertThatIllegalArgumentException().isThrownBy(() -> jobs.retryAll(unfiltered, 10));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> jobs.deleteAll(JobQuery.all(), 0))
        .withMessage("limit must be 1 to 10000, got: 0");
    assertThatIllegalArgumentException().isThrownBy(() -> jobs.deleteAll(JobQuery.all(), 10_001));
    assertThat(jobs.deleteAll(JobQuery.builder().ids().build(), 10)).isEmpty();
    assertThat(jobs.list(JobQuery.all()).jobs()).hasSize(1);
  }

  @Test
  void belongsToTheCallersTransaction() throws Exception {
    long id = in(river.dsl(), RiverJobState.scheduled);
    try (Connection connection = river.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      assertThat(client.jobs(connection).cancel(id).state()).isEqualTo(JobState.CANCELLED);
      assertThat(state(id)).isEqualTo(RiverJobState.scheduled);
      connection.rollback();
    }
    assertThat(state(id)).isEqualTo(RiverJobState.scheduled);

    river.dsl().transaction(tx -> client.jobs(tx.dsl()).retry(id));
    assertThat(state(id)).isEqualTo(RiverJobState.available);
  }

  @Test
  void operatesInTheSchemaOfItsClient() {
    RiverMigrator.builder(river.dataSource()).schema("Other").build().migrate();
    RiverClient elsewhere = river.client(RiverClient.builder(river.dataSource()).schema("Other"));
    long id = elsewhere.insert(new TestArgs("a")).id();
    in(river.dsl(), RiverJobState.available);
    Jobs others = elsewhere.jobs();

    assertThat(others.cancel(id).state()).isEqualTo(JobState.CANCELLED);
    assertThat(others.retryAll(JobQuery.builder().kinds("test").build(), 10)).containsExactly(id);
    assertThat(others.cancelAll(JobQuery.all(), 10)).containsExactly(id);
    assertThat(others.retry(id).state()).isEqualTo(JobState.AVAILABLE);
    assertThat(others.update(id, JobUpdate.builder().priority(2).build()).priority()).isEqualTo(2);
    assertThat(others.counts().of(JobState.AVAILABLE).jobs()).isEqualTo(1);
    JobQuery plainName = JobQuery.builder().where(DSL.condition("kind = 'test'")).build();
    assertThat(others.list(plainName).jobs()).hasSize(1);
    assertThat(others.deleteAll(plainName, 10)).containsExactly(id);
    assertThat(jobs.list(JobQuery.all()).jobs()).hasSize(1);
  }

  @Test
  void isOfNoUseOnceItsClientIsClosed() {
    client.close();

    assertThatIllegalStateException().isThrownBy(client::jobs);
  }

  private long unique(RiverJobState state, String key) {
    return StoredJob.unique(river.dsl(), state, key, StoredJob.DEFAULT_MASK);
  }

  private RiverJobState state(long id) {
    return river.row(id).getState();
  }

  private NotificationStream listen() {
    return new Notifications(new MessageCodec(), Optional.empty()).listen(river.database());
  }

  /** What has arrived so far: notifications come in the order of their commits. */
  private List<Notification> untilMarker(NotificationStream stream) {
    Notification marker = new Notification(Topic.INSERT, "marker");
    river.dsl().execute("NOTIFY \"public.river_insert\", 'marker'");
    List<Notification> arrived = new ArrayList<>();
    while (!arrived.contains(marker)) {
      arrived.addAll(stream.take(RiverDatabase.PATIENCE));
    }
    return arrived.subList(0, arrived.size() - 1);
  }

  private static JSONB json(String text) {
    return JSONB.valueOf(text);
  }
}
