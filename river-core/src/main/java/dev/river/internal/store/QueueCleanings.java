package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_QUEUE;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;

import java.time.Duration;
import org.jooq.DSLContext;
import org.jooq.JSONB;

/** Deletes the rows of queues that nobody works any more. */
public final class QueueCleanings {
  /** Creates it. */
  public QueueCleanings() {}

  /**
   * Deletes queues that no client has worked for a while. One that is paused stays, because a pause
   * holds until someone ends it; so does one that has metadata, which is somebody's data, or says
   * how long the jobs are kept that it still has.
   *
   * @param db where to run
   * @param unworkedFor for how long
   * @param limit how many at most
   * @return how many were deleted; those that another transaction is changing are passed over
   */
  public int delete(DSLContext db, Duration unworkedFor, int limit) {
    var unworked =
        name("unworked")
            .as(
                select(RIVER_QUEUE.NAME)
                    .from(RIVER_QUEUE)
                    .where(RIVER_QUEUE.UPDATED_AT.lt(Database.nowMinus(unworkedFor)))
                    .and(RIVER_QUEUE.PAUSED_AT.isNull())
                    .and(RIVER_QUEUE.METADATA.eq(inline(JSONB.valueOf("{}"))))
                    .orderBy(RIVER_QUEUE.NAME)
                    .limit(limit)
                    .forUpdate()
                    .skipLocked());
    return db.with(unworked)
        .delete(RIVER_QUEUE)
        .where(RIVER_QUEUE.NAME.in(select(unworked.field(RIVER_QUEUE.NAME)).from(unworked)))
        .execute();
  }
}
