package dev.river.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.testing.RiverDatabase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class UnworkedQueuesTest {
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final UnworkedQueues queues = new UnworkedQueues();

  @Test
  void readsFewEntriesOfTheIndexHoweverManyJobsThereAre() {
    river
        .dsl()
        .execute(
            "INSERT INTO river_job (kind, args, max_attempts, queue, priority, scheduled_at)"
                + " SELECT 'k', '{}', 1, 'queue-' || i % 3, 1 + i % 4, now() - interval '1 hour'"
                + " FROM generate_series(1, 30000) i");
    river.dsl().execute("ANALYZE river_job");

    String plan = plan();

    assertThat(plan)
        .contains("river_job_claim_idx")
        .doesNotContain("Seq Scan on river_job")
        .doesNotContainPattern("river_job.* rows=\\d{3,}.* loops"); // what was read, at each place
  }

  @Test
  void areInTheOrderOfTheirNamesAndNoMoreThanAskedFor() {
    river
        .dsl()
        .execute(
            "INSERT INTO river_job (kind, args, max_attempts, queue, scheduled_at)"
                + " SELECT 'k', '{}', 1, 'queue-' || i, now() - interval '1 hour'"
                + " FROM generate_series(1, 9) i");

    List<UnworkedQueues.Unworked> found =
        river
            .database()
            .call(
                db ->
                    queues.find(
                        db, List.of("queue-2"), Duration.ofMinutes(1), Duration.ofMinutes(15), 2));

    assertThat(found)
        .extracting(UnworkedQueues.Unworked::queue)
        .containsExactly("queue-1", "queue-3");
    assertThat(found.getFirst().seconds()).isBetween(3_600.0, 7_200.0);
  }

  private String plan() {
    return river
        .database()
        .callAtomically(
            db -> {
              String sql =
                  db.renderInlined(
                      queues.query(
                          db, List.of("own"), Duration.ofMinutes(1), Duration.ofMinutes(15), 100));
              return db.fetch("EXPLAIN (ANALYZE, COSTS OFF) " + sql).format(1_000);
            });
  }
}
