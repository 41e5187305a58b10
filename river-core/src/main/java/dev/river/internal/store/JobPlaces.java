package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.val;

import dev.river.internal.codec.CursorTokens;
import dev.river.internal.codec.CursorTokens.Place;
import dev.river.job.JobRow;
import dev.river.job.JobState;
import dev.river.query.JobCursor;
import dev.river.query.JobOrder;
import dev.river.query.JobQuery;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.SortField;
import org.jooq.TableField;
import org.jspecify.annotations.Nullable;

/**
 * The order of a query's list, and places in it. Ties are broken by the number, so no two jobs
 * share a place.
 */
final class JobPlaces {
  private final JobOrder order;
  private final boolean descending;
  private final @Nullable TableField<?, Instant> time;

  JobPlaces(JobQuery query) {
    this.order = query.order();
    this.descending = query.isDescending();
    this.time = time(query);
  }

  List<SortField<?>> orderBy() {
    List<SortField<?>> fields = new ArrayList<>();
    if (time != null) {
      fields.add(sorted(time));
    }
    fields.add(sorted(RIVER_JOB.ID));
    return fields;
  }

  /**
   * {@return whether a job comes after a cursor}
   *
   * @throws IllegalArgumentException if it is none, or one of another order
   */
  Condition after(JobCursor cursor) {
    Place place = CursorTokens.decode(cursor.token());
    if (!place.sortField().equals(sortField())) {
      throw new IllegalArgumentException(
          "a cursor must be one of the query's own order, which is by %s, got one by: %s"
              .formatted(sortField(), place.sortField()));
    }
    if (time == null) {
      return behind(RIVER_JOB.ID, place.id());
    }
    return place
        .time()
        .map(at -> behind(time, at, place.id()))
        .orElseGet(() -> behindTimeless(time, place.id()));
  }

  /** {@return the place of a job} */
  JobCursor of(JobRow job) {
    return new JobCursor(
        CursorTokens.encode(
            new Place(job.id(), job.kind(), job.queue(), sortField(), timeOf(job))));
  }

  private Optional<Instant> timeOf(JobRow job) {
    if (time == null) {
      return Optional.empty();
    }
    if (time.equals(RIVER_JOB.SCHEDULED_AT)) {
      return Optional.of(job.scheduledAt());
    }
    return time.equals(RIVER_JOB.ATTEMPTED_AT) ? job.attemptedAt() : job.finalizedAt();
  }

  /** Rows compared as a whole, because an index can't be searched for the alternatives instead. */
  private Condition behind(Field<Instant> column, Instant at, long id) {
    var places = row(column, RIVER_JOB.ID);
    var place = row(val(at), val(id));
    if (descending) {
      return places.lt(place); // those without a time came first
    }
    boolean alwaysThere = order == JobOrder.SCHEDULED_AT || order == JobOrder.FINALIZED_AT;
    return places.gt(place).or(alwaysThere ? noCondition() : column.isNull());
  }

  private Condition behindTimeless(Field<Instant> column, long id) {
    Condition behind = column.isNull().and(behind(RIVER_JOB.ID, id));
    return descending ? behind.or(column.isNotNull()) : behind;
  }

  private Condition behind(Field<Long> column, long id) {
    return descending ? column.lt(id) : column.gt(id);
  }

  private SortField<?> sorted(Field<?> field) {
    return descending ? field.desc() : field.asc();
  }

  private String sortField() {
    return order.name().toLowerCase(Locale.ROOT);
  }

  private static @Nullable TableField<?, Instant> time(JobQuery query) {
    return switch (query.order()) {
      case ID -> null;
      case SCHEDULED_AT -> RIVER_JOB.SCHEDULED_AT;
      case FINALIZED_AT -> RIVER_JOB.FINALIZED_AT;
      case TIME ->
          query
              .states()
              .flatMap(states -> states.stream().findFirst())
              .map(JobPlaces::timeIn)
              .orElse(RIVER_JOB.SCHEDULED_AT);
    };
  }

  private static TableField<?, Instant> timeIn(JobState state) {
    return switch (state) {
      case AVAILABLE, PENDING, RETRYABLE, SCHEDULED -> RIVER_JOB.SCHEDULED_AT;
      case RUNNING -> RIVER_JOB.ATTEMPTED_AT;
      case CANCELLED, COMPLETED, DISCARDED -> RIVER_JOB.FINALIZED_AT;
    };
  }
}
