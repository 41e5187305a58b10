package dev.river;

import static dev.river.schema.Tables.RIVER_JAVA_PERIODIC_JOB;
import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.river.periodic.PeriodicJob;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Several clients have the same periodic jobs; each run has one job all the same. */
class PeriodicRacesTest {
  private static final int CLIENTS = 5;
  private static final int ROUNDS = 12;
  private static final List<String> IDS = List.of("report", "digest", "cleanup");
  private static final Duration DAY = Duration.ofDays(1);

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final List<Instant> due = new ArrayList<>();

  @Test
  void eachRunHasOneJobWhicheverClientComesFirst() {
    start();

    for (int round = 0; round < ROUNDS; round++) {
      makeDue();
      awaitNextRuns();
    }

    assertOneJobPerRun();
  }

  @Test
  void noRunIsLostOrDoubledWhenClientsStopAndStart() {
    List<RiverClient> clients = start();
    Random random = new Random(1);

    for (int round = 0; round < ROUNDS; round++) {
      makeDue();
      for (RiverClient client : clients) {
        if (random.nextBoolean()) {
          client.stop();
        } else {
          client.start();
        }
      }
      clients.get(random.nextInt(CLIENTS)).start();
      awaitNextRuns();
    }

    assertOneJobPerRun();
  }

  @Test
  void noRunIsLostOrDoubledWhenConnectionsDie() {
    log.expectWarnings();
    start();

    for (int round = 0; round < 4; round++) {
      makeDue();
      river.terminateEveryConnection();
      awaitNextRuns();
    }

    assertOneJobPerRun();
  }

  private List<RiverClient> start() {
    List<RiverClient> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      RiverClientBuilder builder =
          RiverClient.builder(river.unpooled())
              .id("client-" + i)
              .workers(new Workers().add(TestArgs.class, (job, context) -> WorkResult.completed()))
              .queue("default", 10);
      IDS.forEach(id -> builder.periodic(PeriodicJob.every(DAY, () -> new TestArgs(id)).id(id)));
      clients.add(river.started(builder));
    }
    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(() -> river.dsl().fetchCount(RIVER_JAVA_PERIODIC_JOB) == IDS.size());
    return clients;
  }

  private void makeDue() {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS).minusMillis(10);
    due.add(now);
    river
        .dsl()
        .update(RIVER_JAVA_PERIODIC_JOB)
        .set(RIVER_JAVA_PERIODIC_JOB.NEXT_RUN_AT, now)
        .execute();
  }

  private void awaitNextRuns() {
    await()
        .atMost(RiverDatabase.PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () ->
                river
                        .dsl()
                        .fetchCount(
                            RIVER_JAVA_PERIODIC_JOB,
                            RIVER_JAVA_PERIODIC_JOB.NEXT_RUN_AT.eq(due.getLast().plus(DAY)))
                    == IDS.size());
  }

  private void assertOneJobPerRun() {
    for (String id : IDS) {
      assertThat(
              river
                  .dsl()
                  .select(RIVER_JOB.SCHEDULED_AT)
                  .from(RIVER_JOB)
                  .where("metadata ->> 'river:periodic_job_id' = ?", id)
                  .orderBy(RIVER_JOB.SCHEDULED_AT)
                  .fetch(RIVER_JOB.SCHEDULED_AT))
          .as(id)
          .isEqualTo(due);
    }
  }
}
