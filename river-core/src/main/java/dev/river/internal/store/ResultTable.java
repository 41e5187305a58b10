package dev.river.internal.store;

import static dev.river.internal.store.AttemptFence.column;
import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.nullif;
import static org.jooq.impl.DSL.val;

import dev.river.internal.codec.JsonCodec;
import dev.river.job.JobRow;
import dev.river.schema.enums.RiverJobState;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/**
 * Finished attempts as rows of a statement. One row each, sent as one array per column: the
 * statement's text, and so its plan, is the same for every number of rows. jOOQ's own unnest takes
 * a single array.
 */
final class ResultTable {
  static final Field<RiverJobState> STATE = column("state", RIVER_JOB.STATE.getDataType());
  static final Field<Integer> COUNTED_ATTEMPTS = column("counted_attempts", SQLDataType.INTEGER);

  // NULL is not sent in arrays: where array_nulls is off, the server takes it for a text.
  private static final long NO_DELAY = Long.MIN_VALUE / 2;
  private static final JSONB NO_JSON = JSONB.valueOf("null");

  static final Field<Long> DELAY = nullif(column("delay", SQLDataType.BIGINT), inline(NO_DELAY));
  static final Field<JSONB> ERROR = orNull(column("error", SQLDataType.JSONB));
  static final Field<JSONB> METADATA = orNull(column("metadata", SQLDataType.JSONB));

  static final Condition ENDS =
      STATE.in(
          inline(RiverJobState.cancelled),
          inline(RiverJobState.completed),
          inline(RiverJobState.discarded));

  private static final String ROWS_OF_ARRAYS = "unnest({0}, {1}, {2}, {3}, {4}, {5}, {6}, {7})";

  private ResultTable() {}

  /** {@return the attempts as a table, in the given order} */
  static Table<?> of(List<FinishedAttempt> finished, JsonCodec codec) {
    List<ResultRow> results =
        finished.stream().map(attempt -> ResultRow.of(attempt, codec)).toList();
    return DSL.table(
            ROWS_OF_ARRAYS,
            array(results, ResultRow::id, Long[]::new, AttemptFence.ID),
            array(results, ResultRow::attempt, Integer[]::new, AttemptFence.ATTEMPT),
            array(results, ResultRow::attemptedAt, Instant[]::new, AttemptFence.ATTEMPTED_AT),
            array(results, ResultRow::state, RiverJobState[]::new, STATE),
            array(results, ResultRow::countedAttempts, Integer[]::new, COUNTED_ATTEMPTS),
            array(results, row -> orElse(row.delayMicros(), NO_DELAY), Long[]::new, DELAY),
            array(results, row -> orElse(row.error(), NO_JSON), JSONB[]::new, ERROR),
            array(results, row -> orElse(row.metadata(), NO_JSON), JSONB[]::new, METADATA))
        .as(
            AttemptFence.TABLE,
            "id",
            "attempt",
            "attempted_at",
            "state",
            "counted_attempts",
            "delay",
            "error",
            "metadata");
  }

  /**
   * {@return the attempts as a table, each with nothing but metadata}
   *
   * @param jobs the jobs, as they were claimed for the attempts
   * @param metadata a JSON object for each
   */
  static Table<?> ofMetadata(List<JobRow> jobs, List<String> metadata) {
    return DSL.table(
            "unnest({0}, {1}, {2}, {3})",
            val(AttemptFence.ids(jobs)),
            val(AttemptFence.attempts(jobs)),
            val(AttemptFence.times(jobs)),
            val(metadata.stream().map(JSONB::valueOf).toArray(JSONB[]::new)))
        .as(AttemptFence.TABLE, "id", "attempt", "attempted_at", "metadata");
  }

  /** {@return the metadata of a job with that of the result merged into it} */
  static Field<JSONB> mergedMetadata() {
    return field("{0} || {1}", SQLDataType.JSONB, RIVER_JOB.METADATA, METADATA);
  }

  private static <T> Field<T[]> array(
      List<ResultRow> results,
      Function<ResultRow, ? extends T> value,
      IntFunction<T[]> newArray,
      Field<T> column) {
    return val(
        results.stream().map(value).toArray(newArray), column.getDataType().getArrayDataType());
  }

  private static <T> T orElse(@Nullable T value, T none) {
    return value == null ? none : value;
  }

  private static Field<JSONB> orNull(Field<JSONB> json) {
    return field("nullif({0}, 'null'::jsonb)", SQLDataType.JSONB, json);
  }
}
