package dev.river.internal.maintain;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.river.internal.codec.MessageCodec;
import dev.river.internal.store.JobSchedules;
import dev.river.internal.store.Notifications;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.LogWatch;
import dev.river.testing.NewJobs;
import dev.river.testing.RiverDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How long the scheduler rests where a job is due that it can't move. */
class JobSchedulerTest {
  /** So often at most in a second. */
  private static final Duration REST = Duration.ofMillis(200);

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  @Test
  void aJobThatIsLockedIsNoReasonToHurry() {
    JobScheduler scheduler = scheduler();
    long id = due();
    river
        .dsl()
        .transaction(
            locking -> {
              locking
                  .dsl()
                  .selectFrom(RIVER_JOB)
                  .where(RIVER_JOB.ID.eq(id))
                  .forUpdate()
                  .fetchSingle();
              assertThat(scheduler.run()).isEqualTo(REST);
              assertThat(scheduler.run()).isEqualTo(REST);
            });

    scheduler.run();

    assertThat(river.row(id).getState()).isEqualTo(RiverJobState.available);
  }

  @Test
  void norIsOneThatTheDatabaseRefuses() {
    log.expectWarnings();
    JobScheduler scheduler = scheduler();
    long refused = due();
    long good = due();
    river
        .dsl()
        .execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN RAISE EXCEPTION 'not this one'; END $$");
    river
        .dsl()
        .execute(
            "CREATE TRIGGER refuse BEFORE UPDATE ON river_job FOR EACH ROW WHEN (old.id = %s)"
                    .formatted(refused)
                + " EXECUTE FUNCTION refuse()");

    scheduler.run();

    assertThat(river.row(good).getState()).isEqualTo(RiverJobState.available);
    assertThat(scheduler.run()).isEqualTo(REST);
    assertThat(scheduler.run()).isEqualTo(REST);
    assertThat(river.row(refused).getState()).isEqualTo(RiverJobState.scheduled);
  }

  private long due() {
    long id = river.insert(NewJobs.at(Instant.now().minusSeconds(60)));
    river
        .dsl()
        .update(RIVER_JOB)
        .set(RIVER_JOB.STATE, RiverJobState.scheduled)
        .where(RIVER_JOB.ID.eq(id))
        .execute();
    return id;
  }

  private JobScheduler scheduler() {
    return new JobScheduler(
        new ClosableGate(river.database()),
        new JobSchedules(),
        river.database(),
        new Notifications(new MessageCodec(), Optional.empty()),
        queues -> {});
  }
}
