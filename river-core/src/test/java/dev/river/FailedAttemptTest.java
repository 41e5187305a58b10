package dev.river;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.job.Job;
import dev.river.schema.enums.RiverJobState;
import dev.river.schema.tables.records.RiverJobRecord;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.StoredJob;
import dev.river.testing.TestArgs;
import dev.river.work.JobContext;
import dev.river.work.WorkResult;
import dev.river.work.Worker;
import dev.river.work.Workers;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jooq.JSONB;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** When a failed attempt is followed by another, and when not. */
class FailedAttemptTest {
  private static final Duration OF_POLICY = Duration.ofHours(7);

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  /** Says when a job is tried again, and counts how often it was asked. */
  private static final class AskedWorker implements Worker<TestArgs> {
    private final AtomicInteger asked = new AtomicInteger();

    @Override
    public WorkResult work(Job<TestArgs> job, JobContext context) {
      throw new IllegalStateException("fails");
    }

    @Override
    public Optional<Instant> nextRetry(Job<TestArgs> job) {
      asked.incrementAndGet();
      return job.args().name().equals("own")
          ? Optional.of(Instant.now().plus(Duration.ofDays(3)))
          : Optional.empty();
    }
  }

  @Test
  void waitsAsTheClientsPolicySaysWhereTheWorkerSaysNothing() {
    RiverClient client = start(new AskedWorker());

    long own = client.insert(new TestArgs("own")).id();
    long silent = client.insert(new TestArgs("silent")).id();

    assertThat(waitOf(own)).isCloseTo(Duration.ofDays(3), Duration.ofMinutes(1));
    assertThat(waitOf(silent)).isCloseTo(OF_POLICY, Duration.ofMinutes(1));
  }

  @Test
  void argumentsThatCannotBeReadWaitAsTheClientsPolicySaysAndAreDiscardedAtLast() {
    AskedWorker worker = new AskedWorker();
    long first = unreadable(25);
    long last = unreadable(1);

    start(worker);

    assertThat(waitOf(first)).isCloseTo(OF_POLICY, Duration.ofMinutes(1));
    RiverJobRecord discarded = river.awaitState(last, RiverJobState.discarded);
    assertThat(discarded.getErrors()[0].data()).contains("args can't be read as");
    assertThat(discarded.getFinalizedAt()).isNotNull();
    assertThat(worker.asked).hasValue(0);
  }

  @Test
  void metadataThatCannotBeWrittenFailsItsAttemptAndNothingElse() {
    RiverClient client =
        start(
            (job, context) -> {
              if (job.args().name().equals("bad")) {
                context.metadata("kept", 1);
                context.metadata("object", new Object());
              }
              return WorkResult.completed();
            });

    long bad = client.insert(new TestArgs("bad")).id();
    long good = client.insert(new TestArgs("good")).id();

    RiverJobRecord row = river.awaitState(bad, RiverJobState.retryable);
    assertThat(row.getErrors()[0].data()).contains("metadata object can't be written as JSON");
    assertThat(row.getMetadata()).isEqualTo(JSONB.valueOf("{\"kept\": 1}"));
    river.awaitState(good, RiverJobState.completed);
  }

  private long unreadable(int maxAttempts) {
    return StoredJob.in(
        river.dsl(),
        RiverJobState.available,
        job -> {
          job.setArgs(JSONB.valueOf("{\"name\": [1]}"));
          job.setMaxAttempts(maxAttempts);
        });
  }

  private Duration waitOf(long id) {
    RiverJobRecord row = river.awaitState(id, RiverJobState.retryable);
    return Duration.between(row.getAttemptedAt(), row.getScheduledAt());
  }

  private RiverClient start(Worker<TestArgs> worker) {
    return river.started(
        RiverClient.builder(river.dataSource())
            .workers(new Workers().add(TestArgs.class, worker))
            .retryPolicy(job -> OF_POLICY)
            .queue("default", 10));
  }
}
