package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.val;

import dev.river.internal.codec.JsonCodec;
import dev.river.job.JobState;
import dev.river.query.JobQuery;
import dev.river.schema.enums.RiverJobState;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.impl.DSL;

/** What a query says of its jobs, as a condition. */
final class JobFilters {
  private static final int MAX_LIMIT = 10_000;

  private final JsonCodec codec;

  JobFilters(JsonCodec codec) {
    this.codec = codec;
  }

  /** {@return a condition that the query's jobs fulfil} */
  Condition of(JobQuery query) {
    return one(RIVER_JOB.ID, query.ids(), Long[]::new)
        .and(one(RIVER_JOB.KIND, query.kinds(), String[]::new))
        .and(one(RIVER_JOB.QUEUE, query.queues(), String[]::new))
        .and(one(RIVER_JOB.PRIORITY, query.priorities(), Integer[]::new))
        .and(query.states().map(JobFilters::states).orElse(noCondition()))
        .and(query.tagsAny().map(tags -> tags("{0} && {1}", tags)).orElse(noCondition()))
        .and(query.tagsAll().map(tags -> tags("{0} @> {1}", tags)).orElse(noCondition()))
        .and(query.metadata().map(codec::encodeMetadata).map(this::metadata).orElse(noCondition()))
        .and(DSL.and(query.conditions()));
  }

  /**
   * {@return the same for an operation that changes many jobs}
   *
   * @throws IllegalArgumentException if the query does not restrict the jobs and doesn't say that
   *     it means every one, or if it or the limit don't fit
   */
  Condition ofMany(JobQuery query, int limit) {
    if (query.isUnfiltered() && !query.isAll()) {
      throw new IllegalArgumentException(
          "a query without a filter means every job: say so with JobQuery.all()");
    }
    if (query.after().isPresent()) {
      throw new IllegalArgumentException("a query with a cursor is for lists only");
    }
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException(
          "limit must be 1 to %s, got: %s".formatted(MAX_LIMIT, limit));
    }
    return of(query);
  }

  /** {@return whether a job is in one of some states, written such that partial indexes apply} */
  static Condition states(Collection<JobState> states) {
    return RIVER_JOB.STATE.in(states.stream().map(state -> inline(stored(state))).toList());
  }

  static RiverJobState stored(JobState state) {
    return RiverJobState.valueOf(state.name().toLowerCase(Locale.ROOT));
  }

  private static <T> Condition one(
      Field<T> column, Optional<List<T>> values, IntFunction<T[]> newArray) {
    return values.map(some -> one(column, some.toArray(newArray))).orElse(noCondition());
  }

  /** A single value is compared as such, so that an index on it gives the order within it too. */
  private static <T> Condition one(Field<T> column, T[] values) {
    return values.length == 1
        ? column.eq(values[0])
        : column.eq(any(val(values, column.getDataType().getArrayDataType())));
  }

  private static Condition tags(String operator, List<String> tags) {
    return condition(
        operator, RIVER_JOB.TAGS, val(tags.toArray(String[]::new), RIVER_JOB.TAGS.getDataType()));
  }

  private Condition metadata(String fragment) {
    return condition("{0} @> {1}", RIVER_JOB.METADATA, val(JSONB.valueOf(fragment)));
  }
}
