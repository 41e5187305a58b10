package dev.river;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.river.schema.enums.RiverJobState;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of shapes that the tables allow and no client writes: their attempts end as all others. */
class OddRowsTest {
  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "errors = ARRAY[ARRAY['{}'::jsonb, '{}']]",
        "errors = '[7:7]={\"{}\"}'",
        "attempted_by = ARRAY[ARRAY['x', 'y']]",
        "attempted_by = '[7:7]={x}'",
        "metadata = '[1]'",
        "metadata = 'null'",
        "metadata = '\"x\"'"
      })
  void anAttemptThatFails(String set) {
    log.expectWarnings();
    RiverClient client =
        river.client(
            RiverClient.builder(river.dataSource())
                .queue("default", 1)
                .retryPolicy(job -> Duration.ofDays(1))
                .workers(
                    new Workers()
                        .add(
                            TestArgs.class,
                            (job, context) -> {
                              throw new IllegalStateException("fails");
                            })));
    long id = client.insert(new TestArgs("a")).id();
    river.dsl().execute("UPDATE river_job SET " + set);

    client.start();

    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(
            () ->
                river
                    .dsl()
                    .fetchExists(
                        RIVER_JOB,
                        RIVER_JOB.ID.eq(id).and(RIVER_JOB.STATE.eq(RiverJobState.retryable))));
    assertThat(river.dsl().fetchCount(RIVER_JOB, DSL.condition("errors::text LIKE '%fails%'")))
        .isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1]", "null", "\"x\"", "{\"a\": 1}"})
  void aJobThatIsCancelledWhileItRuns(String metadata) throws Exception {
    CountDownLatch began = new CountDownLatch(1);
    RiverClient client =
        river.client(
            RiverClient.builder(river.dataSource())
                .queue("default", 1)
                .workers(
                    new Workers()
                        .add(
                            TestArgs.class,
                            (job, context) -> {
                              began.countDown();
                              new CountDownLatch(1).await();
                              return WorkResult.completed();
                            })));
    long id = client.insert(new TestArgs("a")).id();
    river.dsl().execute("UPDATE river_job SET metadata = ?::jsonb", metadata);
    client.start();
    assertThat(began.await(RiverDatabase.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

    client.jobs().cancel(id);

    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(() -> river.row(id).getState() == RiverJobState.cancelled);
    assertThat(
            river
                .dsl()
                .fetchCount(
                    RIVER_JOB, DSL.condition("jsonb_exists(metadata, 'cancel_attempted_at')")))
        .isEqualTo(1);
    assertThat(river.dsl().fetchCount(RIVER_JOB, DSL.condition("metadata ->> 'a' = '1'")))
        .isEqualTo(metadata.startsWith("{") ? 1 : 0);
  }
}
