package dev.river;

import static dev.river.schema.Tables.RIVER_JAVA_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.river.query.FleetMember;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.CancelCause;
import dev.river.work.JobContext;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A client whose jobs were rescued while it was silent, and that lives after all. */
class TakenForGoneTest {
  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final BlockingQueue<Optional<CancelCause>> causes = new LinkedBlockingQueue<>();
  private final BlockingQueue<Integer> begun = new LinkedBlockingQueue<>();

  @Test
  void itsAttemptsAreInterruptedAndTheirResultsChangeNothing() throws Exception {
    log.expectWarnings();
    RiverClient client =
        river.started(
            RiverClient.builder(river.dataSource())
                .id("client")
                .queue("default", 1)
                .workers(
                    new Workers()
                        .add(
                            TestArgs.class,
                            (job, context) -> {
                              begun.add(job.attempt());
                              return job.attempt() == 1
                                  ? untilInterrupted(context)
                                  : WorkResult.completed();
                            })));
    long id = client.insert(new TestArgs("a")).id();
    assertThat(next(begun)).isEqualTo(1);
    // What another client does that takes this one for gone. Nobody else works the queue.
    client.queues().pause("default");
    river
        .dsl()
        .transaction(
            rescue -> {
              rescue.dsl().execute("UPDATE river_java_client SET gone_at = now()");
              rescue
                  .dsl()
                  .execute("UPDATE river_job SET state = 'available', scheduled_at = now()");
            });

    assertThat(next(causes)).contains(CancelCause.LOST);

    client.queues().resume("default");
    assertThat(next(begun)).isEqualTo(2);
    assertThat(river.awaitState(id, RiverJobState.completed).getAttempt()).isEqualTo(2);
    assertThat(client.fleet().members())
        .extracting(FleetMember::clientId)
        .containsExactly("client");
    await()
        .atMost(RiverDatabase.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        river
                            .dsl()
                            .fetchCount(
                                RIVER_JAVA_CLIENT,
                                RIVER_JAVA_CLIENT.GONE_AT.isNull(),
                                RIVER_JAVA_CLIENT.LOCK_KEY.isNotNull()))
                    .isEqualTo(1));
  }

  private WorkResult untilInterrupted(JobContext context) throws InterruptedException {
    try {
      Thread.sleep(RiverDatabase.PATIENCE);
      return WorkResult.completed();
    } finally {
      causes.add(context.cancelCause());
    }
  }

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    return queue.poll(RiverDatabase.PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }
}
