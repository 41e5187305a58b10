package dev.river.internal.maintain;

import static dev.river.schema.Tables.RIVER_JOB;
import static dev.river.schema.Tables.RIVER_QUEUE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.river.internal.store.NewJob;
import dev.river.internal.store.UnworkedQueues;
import dev.river.testing.LogWatch;
import dev.river.testing.NewJobs;
import dev.river.testing.RiverDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class QueueWatchTest {
  private final Instant longAgo = Instant.now().minusSeconds(600);

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final AtomicLong nanos = new AtomicLong();
  private final List<String> worked = new ArrayList<>();
  private ClosableGate gate;
  private QueueWatch watch;

  @BeforeEach
  void create() {
    gate = new ClosableGate(river.database());
    watch = new QueueWatch(gate, new UnworkedQueues(), () -> worked, nanos::get);
  }

  @Test
  void namesAQueueThatNobodyHasEverWorked() {
    log.expectWarnings();
    insert("mial", longAgo);
    insert("mial", longAgo);
    look();
    assertThat(log.warnings()).isEmpty();

    look();

    assertThat(log.warnings())
        .singleElement()
        .asString()
        .contains("queue \"mial\": no client works it")
        .containsPattern("due for 6\\d\\d s");
  }

  @Test
  void namesAQueueWhoseClientsHaveStopped() {
    log.expectWarnings();
    insert("mail", longAgo);
    row("mail", Instant.now().minusSeconds(16 * 60), false);

    look();
    look();

    assertThat(log.warnings()).singleElement().asString().contains("\"mail\"");
  }

  @Test
  void findsEachQueueAndEachPriority() {
    log.expectWarnings();
    for (int priority = 1; priority <= 4; priority++) {
      NewJob job = NewJobs.inQueue("queue-" + priority);
      long id = river.insert(job);
      update(id, longAgo);
      river
          .dsl()
          .update(RIVER_JOB)
          .set(RIVER_JOB.PRIORITY, priority)
          .where(RIVER_JOB.ID.eq(id))
          .execute();
    }

    look();
    look();

    assertThat(log.warnings()).hasSize(4);
  }

  @Test
  void repeatsItselfAfterAnHourOnly() {
    log.expectWarnings();
    insert("mial", longAgo);
    for (int minute = 0; minute <= 60; minute++) {
      look();
    }
    assertThat(log.warnings()).hasSize(1);

    look();

    assertThat(log.warnings()).hasSize(2);
  }

  @Test
  void saysNothingOfQueuesThatAreWorkedOrPausedOrHaveNothingToDo() {
    insert("fresh", longAgo);
    row("fresh", Instant.now().minusSeconds(9 * 60), false);
    insert("paused", longAgo);
    row("paused", Instant.now().minusSeconds(3_600), true);
    insert("own", longAgo);
    worked.add("own");
    insert("young", Instant.now());
    insert("later", Instant.now().plusSeconds(3_600));
    setAside(insert("ended", longAgo));
    row("empty", Instant.now().minusSeconds(3_600), false);

    look();
    look();
  }

  @Test
  void saysNothingWhileItIsNotItsTurn() {
    insert("mial", longAgo);
    gate.open = false;

    look();
    look();
  }

  @Test
  void survivesWhatOthersMayHaveStored() {
    log.expectWarnings();
    river
        .dsl()
        .execute(
            "INSERT INTO river_job (kind, args, max_attempts, queue, scheduled_at)"
                + " VALUES ('k', '{}', 1, E'two\\nlines', '-infinity')");

    look();
    look();

    assertThat(log.warnings()).singleElement().asString().contains("queue \"two_lines\"");
  }

  private void look() {
    watch.run();
    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
  }

  private long insert(String queue, Instant due) {
    long id = river.insert(NewJobs.inQueue(queue));
    update(id, due);
    return id;
  }

  private void update(long id, Instant due) {
    river
        .dsl()
        .update(RIVER_JOB)
        .set(RIVER_JOB.SCHEDULED_AT, due)
        .where(RIVER_JOB.ID.eq(id))
        .execute();
  }

  private void setAside(long id) {
    river
        .dsl()
        .execute("UPDATE river_job SET state = 'completed', finalized_at = now() WHERE id = " + id);
  }

  private void row(String queue, Instant updatedAt, boolean paused) {
    river
        .dsl()
        .insertInto(RIVER_QUEUE)
        .set(RIVER_QUEUE.NAME, queue)
        .set(RIVER_QUEUE.UPDATED_AT, updatedAt)
        .execute();
    if (paused) {
      river
          .dsl()
          .update(RIVER_QUEUE)
          .set(RIVER_QUEUE.PAUSED_AT, updatedAt)
          .where(RIVER_QUEUE.NAME.eq(queue))
          .execute();
    }
  }
}
