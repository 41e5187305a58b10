package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_QUEUE;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;

import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.Record1;
import org.jooq.Select;

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
    var unworked = name("unworked").as(unworked(unworkedFor, limit));
    return db.with(unworked)
        .delete(RIVER_QUEUE)
        .where(RIVER_QUEUE.NAME.in(select(unworked.field(RIVER_QUEUE.NAME)).from(unworked)))
        .execute();
  }

  /**
   * Does as {@link #delete} does, but leaves those out that the database refuses to delete.
   *
   * @param db the transaction
   * @param unworkedFor for how long
   * @param limit how many at most
   * @param refused is told of each that can't be deleted, and why
   * @return how many were deleted
   */
  public int deleteEach(
      DSLContext db,
      Duration unworkedFor,
      int limit,
      BiConsumer<String, RuntimeException> refused) {
    List<String> names = db.fetch(unworked(unworkedFor, limit)).getValues(RIVER_QUEUE.NAME);
    return Halving.run(
            db,
            names,
            some -> List.of(db.deleteFrom(RIVER_QUEUE).where(RIVER_QUEUE.NAME.in(some)).execute()),
            refused)
        .stream()
        .mapToInt(Integer::intValue)
        .sum();
  }

  private static Select<Record1<String>> unworked(Duration unworkedFor, int limit) {
    return select(RIVER_QUEUE.NAME)
        .from(RIVER_QUEUE)
        .where(RIVER_QUEUE.UPDATED_AT.lt(Database.nowMinus(unworkedFor)))
        .and(RIVER_QUEUE.PAUSED_AT.isNull())
        .and(RIVER_QUEUE.METADATA.eq(inline(JSONB.valueOf("{}"))))
        .orderBy(RIVER_QUEUE.NAME)
        .limit(limit)
        .forUpdate()
        .skipLocked();
  }
}
