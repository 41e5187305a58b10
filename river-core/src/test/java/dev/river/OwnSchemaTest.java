package dev.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.river.db.RiverMigrator;
import dev.river.job.Job;
import dev.river.job.JobRow;
import dev.river.job.JobState;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.JobContext;
import dev.river.work.WorkResult;
import dev.river.work.Worker;
import dev.river.work.Workers;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A client whose tables lie in a schema that is not on the search path. */
class OwnSchemaTest {
  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  @Test
  void worksAJobThatFailsAndIsTriedAgain() {
    RiverMigrator.builder(river.dataSource()).schema("Other").build().migrate();
    RiverClient client =
        river.started(
            RiverClient.builder(river.dataSource())
                .schema("Other")
                .queue("default", 5)
                .workers(new Workers().add(new FailsOnce())));

    long id = client.insert(new TestArgs("a")).id();

    await()
        .atMost(RiverDatabase.PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .untilAsserted(
            () ->
                assertThat(client.jobs().get(id)).map(JobRow::state).contains(JobState.COMPLETED));
    assertThat(client.jobs().get(id)).map(JobRow::attempt).contains(2);
  }

  private static final class FailsOnce implements Worker<TestArgs> {
    @Override
    public WorkResult work(Job<TestArgs> job, JobContext context) {
      if (job.attempt() == 1) {
        throw new IllegalStateException("not yet");
      }
      return WorkResult.completed();
    }

    @Override
    public Optional<Instant> nextRetry(Job<TestArgs> job) {
      return Optional.of(Instant.now().plusMillis(50));
    }
  }
}
