package dev.river.internal.maintain;

import static dev.river.schema.Tables.RIVER_QUEUE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.river.internal.store.QueueCleanings;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class QueueCleanerTest {
  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private ClosableGate gate;

  @BeforeEach
  void openTheGate() {
    gate = new ClosableGate(river.database());
  }

  @Test
  void deletesQueuesThatNobodyHasWorkedForADay() {
    queue("old", "now() - interval '24 hours 1 minute'", "NULL", "{}");
    queue("young", "now() - interval '23 hours 59 minutes'", "NULL", "{}");

    assertThat(cleaner(10).run()).isEqualTo(Duration.ofHours(1));

    assertThat(queues()).containsExactly("young");
  }

  @Test
  void keepsQueuesThatArePausedHoweverOldTheyAre() {
    queue("paused", "'2020-01-01'", "'2020-01-01'", "{}");

    cleaner(10).run();

    assertThat(queues()).containsExactly("paused");
  }

  @Test
  void keepsQueuesWithMetadata() {
    queue("annotated", "'2020-01-01'", "NULL", "{\"team\": \"red\"}");
    queue("archive", "'2020-01-01'", "NULL", "{\"river:retention\": {}}");
    queue("odd", "'2020-01-01'", "NULL", "[]");

    cleaner(10).run();

    assertThat(queues()).containsExactly("annotated", "archive", "odd");
  }

  @Test
  void deletesManyInBatches() {
    for (int i = 0; i < 25; i++) {
      queue("q" + i, "'2020-01-01'", "NULL", "{}");
    }
    QueueCleaner cleaner = cleaner(10);

    assertThat(cleaner.run()).isLessThan(Duration.ofSeconds(1));
    assertThat(queues()).hasSize(15);
    assertThat(cleaner.run()).isLessThan(Duration.ofSeconds(1));
    assertThat(cleaner.run()).isEqualTo(Duration.ofHours(1));

    assertThat(queues()).isEmpty();
  }

  @Test
  void deletesNothingWhenItIsNotItsTurn() {
    queue("old", "'2020-01-01'", "NULL", "{}");
    gate.open = false;

    assertThat(cleaner(10).run()).isLessThan(Duration.ofSeconds(10));

    assertThat(queues()).containsExactly("old");
  }

  private QueueCleaner cleaner(int batch) {
    return new QueueCleaner(gate, new QueueCleanings(), new BatchSize(batch));
  }

  private void queue(String name, String updatedAt, String pausedAt, String metadata) {
    river
        .dsl()
        .execute(
            "INSERT INTO river_queue (name, updated_at, paused_at, metadata) VALUES (?, %s, %s, ?::jsonb)"
                .formatted(updatedAt, pausedAt),
            name,
            metadata);
  }

  private List<String> queues() {
    return river
        .dsl()
        .select(RIVER_QUEUE.NAME)
        .from(RIVER_QUEUE)
        .orderBy(RIVER_QUEUE.NAME)
        .fetch(RIVER_QUEUE.NAME);
  }
}
