package dev.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.error.JobNotFoundException;
import dev.river.event.EventKind;
import dev.river.event.WorkedJob;
import dev.river.job.InsertOpts;
import dev.river.job.Job;
import dev.river.job.JobRow;
import dev.river.job.JobState;
import dev.river.job.UniqueOpts;
import dev.river.periodic.JobConstructor;
import dev.river.periodic.PeriodicJob;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.CancelCause;
import dev.river.work.Extension;
import dev.river.work.JobContext;
import dev.river.work.WorkResult;
import dev.river.work.Worker;
import dev.river.work.Workers;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Jobs that are worked in the calling thread, and the clock that decides which are due. */
class InlineWorkTest {
  private static final List<String> DEFAULT = List.of("default");
  private static final Instant START = Instant.parse("2030-03-04T05:06:07Z");

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final List<String> worked = new ArrayList<>();

  @Test
  void worksTheFirstDueJobInTheCallingThread() {
    Thread caller = Thread.currentThread();
    RiverClient client =
        client(
            (job, context) -> {
              assertThat(Thread.currentThread()).isSameAs(caller);
              worked.add(job.args().name());
              return WorkResult.completed();
            });
    client.insert(new TestArgs("last"), InsertOpts.builder().priority(4).build());
    client.insert(new TestArgs("first"));
    client.insert(new TestArgs("second"));

    WorkedJob first = client.inline().workNext(DEFAULT).orElseThrow();

    assertThat(first.kind()).isEqualTo(EventKind.JOB_COMPLETED);
    assertThat(first.failure()).isEmpty();
    assertThat(first.job().state()).isEqualTo(JobState.COMPLETED);
    assertThat(first.job().attemptedBy()).containsExactly(client.id());
    assertThat(client.inline().workNext(DEFAULT)).isPresent();
    assertThat(client.inline().workNext(DEFAULT)).isPresent();
    assertThat(client.inline().workNext(DEFAULT)).isEmpty();
    assertThat(worked).containsExactly("first", "second", "last");
  }

  @Test
  void leavesPausedQueuesAndOthersAlone() {
    RiverClient client = client((job, context) -> WorkResult.completed());
    client.insert(new TestArgs("other"), InsertOpts.builder().queue("other").build());
    client.insert(new TestArgs("paused"), InsertOpts.builder().queue("paused").build());
    client.queues().pause("paused");

    assertThat(client.inline().workNext(List.of("default", "paused"))).isEmpty();
    assertThat(client.inline().workNext(List.of("default", "other"))).isPresent();
  }

  @Test
  void handsOutTheVeryExceptionAndRetriesAsTheWorkerSays() {
    IOException failure = new IOException("no route");
    RiverClient client =
        client(
            new Worker<>() {
              @Override
              public WorkResult work(Job<TestArgs> job, JobContext context) throws Exception {
                throw failure;
              }

              @Override
              public Optional<Instant> nextRetry(Job<TestArgs> job) {
                return Optional.of(START.plusSeconds(90));
              }
            });
    client.insert(new TestArgs("fails"));

    WorkedJob result = client.inline().workNext(DEFAULT).orElseThrow();

    assertThat(result.failure()).containsSame(failure);
    assertThat(result.kind()).isEqualTo(EventKind.JOB_FAILED);
    assertThat(result.job().state()).isEqualTo(JobState.RETRYABLE);
    assertThat(result.job().scheduledAt()).isEqualTo(START.plusSeconds(90));
    assertThat(result.job().errors()).hasSize(1);
    assertThat(result.job().errors().getFirst().error()).contains("no route");
  }

  @Test
  void interruptsAWorkerThatTakesTooLongAndComesBackUninterrupted() {
    CountDownLatch never = new CountDownLatch(1);
    AtomicReference<Optional<CancelCause>> cause = new AtomicReference<>(Optional.empty());
    RiverClient client =
        client(
            new Worker<>() {
              @Override
              public WorkResult work(Job<TestArgs> job, JobContext context) throws Exception {
                try {
                  never.await();
                  return WorkResult.completed();
                } finally {
                  cause.set(context.cancelCause());
                }
              }

              @Override
              public Optional<Duration> timeout(Job<TestArgs> job) {
                return Optional.of(Duration.ofSeconds(1)); // time enough to call the worker
              }
            });
    client.insert(new TestArgs("hangs"));

    WorkedJob result = client.inline().workNext(DEFAULT).orElseThrow();

    assertThat(cause.get()).contains(CancelCause.TIMEOUT);
    assertThat(result.failure()).containsInstanceOf(InterruptedException.class);
    assertThat(result.job().errors().getFirst().error()).startsWith("timed out");
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void runsExtensionsAndTellsSubscribers() throws Exception {
    RiverClient client =
        river.client(
            builder((job, context) -> WorkResult.completed())
                .extension(
                    new Extension() {
                      @Override
                      public void beforeWork(JobRow job, JobContext context) {
                        worked.add("before " + job.id());
                      }
                    }));
    long id = client.insert(new TestArgs("a")).id();

    try (var events = client.subscribe(EventKind.JOB_COMPLETED)) {
      WorkedJob result = client.inline().work(id);

      assertThat(events.poll(Duration.ZERO)).contains(result.events().getFirst());
    }
    assertThat(worked).containsExactly("before " + id);
  }

  @Test
  void worksAJobThatWaitsByItsNumberButNoneThatHasEnded() {
    RiverClient client = client((job, context) -> WorkResult.completed());
    long later = client.insert(new TestArgs("later"), at(START.plusSeconds(3_600))).id();

    assertThat(client.inline().work(later).job().state()).isEqualTo(JobState.COMPLETED);
    assertThatThrownBy(() -> client.inline().work(later))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("only a job that waits can be worked, job %s is completed", later);
    assertThatThrownBy(() -> client.inline().work(later + 1))
        .isInstanceOf(JobNotFoundException.class);
  }

  @Test
  void worksGivenArgumentsAlthoughAnotherJobHoldsTheirUniqueKey() {
    RiverClient client = client((job, context) -> WorkResult.completed());
    InsertOpts unique = InsertOpts.builder().unique(UniqueOpts.builder().byArgs().build()).build();
    long holder = client.insert(new TestArgs("same"), unique).id();

    WorkedJob result = client.inline().work(new TestArgs("same"), unique);

    assertThat(result.job().id()).isNotEqualTo(holder);
    assertThat(result.job().state()).isEqualTo(JobState.COMPLETED);
    assertThat(client.jobs().get(holder).orElseThrow().state()).isEqualTo(JobState.AVAILABLE);
  }

  @Test
  void saysThatAnOutcomeDidNotCount() {
    RiverClient client =
        client(
            (job, context) -> {
              river.dsl().execute("delete from river_job");
              return WorkResult.completed();
            });
    long id = client.insert(new TestArgs("gone")).id();

    assertThatThrownBy(() -> client.inline().work(id))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "job %s: attempt 1 was ended or the job deleted while it ran, its outcome changed"
                + " nothing",
            id);
  }

  @Test
  void aClockDecidesWhatIsDue() {
    RiverClient client = client((job, context) -> WorkResult.snooze(Duration.ofHours(2)));
    long id = client.insert(new TestArgs("later"), at(START.plusSeconds(60))).id();
    InlineWork work = client.inline();

    assertThat(work.schedule()).isZero();
    assertThat(work.workNext(DEFAULT)).isEmpty();
    assertThat(work.nextDueAt(DEFAULT)).contains(START.plusSeconds(60));

    now.set(START.plusSeconds(60));
    assertThat(work.schedule()).isEqualTo(1);
    WorkedJob result = work.workNext(DEFAULT).orElseThrow();

    assertThat(result.job().id()).isEqualTo(id);
    assertThat(result.job().attemptedAt()).contains(START.plusSeconds(60));
    assertThat(result.job().scheduledAt()).isEqualTo(START.plusSeconds(60 + 7_200));
  }

  @Test
  void aClockDecidesInWhichPeriodAJobIsUnique() {
    RiverClient client = client((job, context) -> WorkResult.completed());
    InsertOpts hourly =
        InsertOpts.builder()
            .unique(UniqueOpts.builder().byPeriod(Duration.ofHours(1)).build())
            .build();

    assertThat(client.insert(new TestArgs("a"), hourly).duplicate()).isFalse();
    assertThat(client.insert(new TestArgs("a"), hourly).duplicate()).isTrue();
    now.set(START.plus(Duration.ofHours(1)));
    assertThat(client.insert(new TestArgs("a"), hourly).duplicate()).isFalse();
  }

  @Test
  void runsPeriodicJobsWhenTheClockSaysSoWithAnIdOrWithout() {
    RiverClient client =
        river.client(
            builder((job, context) -> WorkResult.completed())
                .periodic(PeriodicJob.every(Duration.ofHours(1), () -> new TestArgs("plain")))
                .periodic(
                    PeriodicJob.every(Duration.ofHours(2), () -> new TestArgs("stored"))
                        .id("stored")));
    client.inline().planPeriodicJobs();

    assertThat(client.inline().nextDueAt(DEFAULT)).contains(START.plus(Duration.ofHours(1)));
    client.inline().runPeriodicJobs();
    assertThat(client.inline().workNext(DEFAULT)).isEmpty();

    now.set(START.plus(Duration.ofHours(2)));
    client.inline().runPeriodicJobs();
    assertThat(client.inline().workNext(DEFAULT)).isPresent();
    assertThat(client.inline().workNext(DEFAULT)).isPresent();
    assertThat(client.inline().workNext(DEFAULT)).isEmpty();
  }

  @Test
  void aPeriodicJobThatFailsSaysSo() {
    RiverClient client =
        river.client(
            builder((job, context) -> WorkResult.completed())
                .periodic(
                    PeriodicJob.every(
                        Duration.ofHours(1),
                        (JobConstructor)
                            () -> {
                              throw new IOException("no names");
                            })));
    client.inline().planPeriodicJobs();
    now.set(START.plus(Duration.ofHours(1)));

    assertThatThrownBy(() -> client.inline().runPeriodicJobs()).hasRootCauseMessage("no names");
  }

  @Test
  void aRunningClientFollowsItsClock() {
    RiverClient client = client((job, context) -> WorkResult.completed());
    long id = client.insert(new TestArgs("later"), at(START.plus(Duration.ofDays(3)))).id();
    client.start();

    now.set(START.plus(Duration.ofDays(3)));

    river.awaitState(id, RiverJobState.completed);
  }

  @Test
  void needsQueuesAndAnOpenClient() {
    RiverClient client = client((job, context) -> WorkResult.completed());
    InlineWork work = client.inline();

    assertThatThrownBy(() -> work.workNext(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("queues must not be empty");
    client.close();
    assertThatThrownBy(work::schedule).hasMessageContaining("is closed");
    assertThatThrownBy(client::inline).hasMessageContaining("is closed");
  }

  private static InsertOpts at(Instant time) {
    return InsertOpts.builder().scheduledAt(time).build();
  }

  private RiverClient client(Worker<TestArgs> worker) {
    return river.client(builder(worker));
  }

  private RiverClientBuilder builder(Worker<TestArgs> worker) {
    return RiverClient.builder(river.dataSource())
        .clock(now::get)
        .workers(new Workers().add(TestArgs.class, worker))
        .queue("default", 1);
  }
}
