package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.val;

import java.time.Instant;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.Row2;
import org.jooq.impl.DSL;

/**
 * The jobs of a queue and a priority between two places.
 *
 * @param priority the priority
 * @param after the place after which it begins; empty for the beginning of the queue
 * @param to the place at which it ends; empty for the end of the queue
 */
public record QueueStretch(int priority, Optional<QueuePlace> after, Optional<QueuePlace> to) {
  private static final Row2<Instant, Long> PLACE = DSL.row(RIVER_JOB.SCHEDULED_AT, RIVER_JOB.ID);

  /** {@return whether a job lies in it} Its bounds are those of a scan of the index. */
  Condition contains() {
    return RIVER_JOB
        .PRIORITY
        .eq(inline(priority))
        .and(after.map(place -> PLACE.gt(bound(place))).orElse(noCondition()))
        .and(to.map(place -> PLACE.le(bound(place))).orElse(noCondition()));
  }

  private static Row2<Instant, Long> bound(QueuePlace place) {
    return DSL.row(val(place.scheduledAt()), val(place.id()));
  }
}
