package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static dev.river.schema.Tables.RIVER_QUEUE;
import static org.jooq.impl.DSL.val;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.ResultQuery;

/** Finds queues that have due jobs but that no client works, of whatever language. */
public final class UnworkedQueues {
  /**
   * Steps from queue to queue, and from priority to priority, along the index of the claim, so that
   * it reads a few entries of each queue, however many jobs there are. Clients tell a queue's row
   * from time to time that they work it.
   */
  private static final String FIND =
      """
      WITH RECURSIVE queues (queue) AS (
        (SELECT queue FROM {0} WHERE state = 'available' ORDER BY queue LIMIT 1)
        UNION ALL
        SELECT (SELECT job.queue FROM {0} job
          WHERE job.state = 'available' AND job.queue > queues.queue ORDER BY job.queue LIMIT 1)
        FROM queues WHERE queues.queue IS NOT NULL
      )
      SELECT queues.queue,
        extract(epoch FROM {2})::float8 - extract(epoch FROM oldest.due)::float8
      FROM queues LEFT JOIN {1} row ON row.name = queues.queue
        CROSS JOIN LATERAL (
          SELECT min(first.scheduled_at) AS due
          FROM generate_series(1, 4) priority
            CROSS JOIN LATERAL (
              SELECT job.scheduled_at FROM {0} job
              WHERE job.state = 'available' AND job.queue = queues.queue
                AND job.priority = priority.priority
              ORDER BY job.scheduled_at LIMIT 1) first) oldest
      WHERE queues.queue <> ALL ({3})
        AND (row.name IS NULL OR (row.paused_at IS NULL AND row.updated_at < {4}))
        AND oldest.due <= {5}
      ORDER BY queues.queue LIMIT {6}
      """;

  /** Creates it. */
  public UnworkedQueues() {}

  /**
   * A queue that no client works.
   *
   * @param queue its name, any text
   * @param seconds for how long a job of it has been due; may be infinite
   */
  public record Unworked(String queue, double seconds) {}

  /**
   * {@return queues that are not paused, that have had a due job for a while and no client for
   * longer}
   *
   * @param db where to run
   * @param worked queues that are known to be worked
   * @param dueFor for how long a job has been due at least
   * @param unworkedFor for how long no client has said that it works the queue
   * @param limit how many at most
   */
  public List<Unworked> find(
      DSLContext db, Collection<String> worked, Duration dueFor, Duration unworkedFor, int limit) {
    return query(db, worked, dueFor, unworkedFor, limit)
        .fetch(row -> new Unworked(row.get(0, String.class), row.get(1, double.class)));
  }

  ResultQuery<Record> query(
      DSLContext db, Collection<String> worked, Duration dueFor, Duration unworkedFor, int limit) {
    return db.resultQuery(
        FIND,
        RIVER_JOB,
        RIVER_QUEUE,
        Database.now(),
        val(worked.toArray(String[]::new)),
        Database.nowMinus(unworkedFor),
        Database.nowMinus(dueFor),
        val(limit));
  }
}
