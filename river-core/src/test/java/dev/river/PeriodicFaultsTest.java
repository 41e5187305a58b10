package dev.river;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.awaitility.Awaitility.await;

import dev.river.job.Insert;
import dev.river.job.InsertOpts;
import dev.river.job.UniqueOpts;
import dev.river.periodic.PeriodicJob;
import dev.river.periodic.Schedule;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jooq.JSONB;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Periodic jobs that can't be inserted, each of which leaves the others alone. */
class PeriodicFaultsTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static final InsertOpts UNIQUE =
      InsertOpts.builder().unique(UniqueOpts.builder().byArgs().build()).build();

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  @BeforeEach
  void expectWarnings() {
    log.expectWarnings();
  }

  @ParameterizedTest
  @ValueSource(strings = {"45000", "42501", "55000", "P0001", "53100"})
  void oneThatTheDatabaseRefuses(String sqlState) {
    river
        .dsl()
        .execute(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF NEW.args->>'name' = 'bad' THEN RAISE 'refused' USING ERRCODE = '%s'; END IF;
              RETURN NEW;
            END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON river_job FOR EACH ROW EXECUTE FUNCTION refuse()
            """
                .formatted(sqlState));

    river.started(
        builder()
            .periodic(onStart("bad").id("bad"))
            .periodic(onStart("good").id("good"))
            .periodic(onStart("good")));

    awaitGood(2);
  }

  @Test
  void oneWhoseKeyATransactionHolds() throws SQLException {
    RiverClient client =
        river.client(
            builder()
                .periodic(
                    PeriodicJob.every(
                            DAY, () -> Optional.of(Insert.of(new TestArgs("unique"), UNIQUE)))
                        .id("unique")
                        .runOnStart())
                .periodic(onStart("good").id("good")));
    try (Connection open = river.unpooled().getConnection()) {
      open.setAutoCommit(false);
      client.insertTx(open, new TestArgs("unique"), UNIQUE);

      client.start();

      awaitGood(1);
    }
  }

  @Test
  void oneWhoseRowATransactionMakes() throws SQLException {
    RiverClient client =
        river.client(
            builder().periodic(onStart("late").id("late")).periodic(onStart("good").id("good")));
    try (Connection open = river.unpooled().getConnection()) {
      open.setAutoCommit(false);
      client.periodicJobs(open).runNow("late");

      client.start();

      awaitGood(1);
    }
  }

  @Test
  void oneWhoseScheduleFailsOneDay() {
    AtomicBoolean fails = new AtomicBoolean();
    Schedule schedule =
        new Schedule() {
          @Override
          public Optional<Instant> next(Instant after) {
            return Optional.of(after.plusMillis(100));
          }

          @Override
          public String text() {
            if (fails.get()) {
              throw new IllegalStateException("it has no text any more");
            }
            return "often";
          }
        };
    river.started(
        builder()
            .periodic(PeriodicJob.of(schedule, () -> new TestArgs("bad")).id("bad"))
            .periodic(
                PeriodicJob.every(Duration.ofSeconds(1), () -> new TestArgs("good"))
                    .id("good")
                    .runOnStart()));
    awaitMore("bad", 1);

    fails.set(true);

    awaitMore("good", count("good") + 2);
  }

  private static PeriodicJob onStart(String name) {
    return PeriodicJob.every(DAY, () -> new TestArgs(name)).runOnStart();
  }

  private RiverClientBuilder builder() {
    return RiverClient.builder(river.dataSource())
        .queue("default", 5)
        .workers(new Workers().add(TestArgs.class, (job, context) -> WorkResult.completed()));
  }

  private void awaitGood(int count) {
    await().atMost(RiverDatabase.PATIENCE).until(() -> count("good") == count);
  }

  private void awaitMore(String name, int count) {
    await().atMost(RiverDatabase.PATIENCE).until(() -> count(name) >= count);
  }

  private int count(String name) {
    return river
        .dsl()
        .fetchCount(
            RIVER_JOB, RIVER_JOB.ARGS.eq(JSONB.valueOf("{\"name\": \"%s\"}".formatted(name))));
  }
}
