package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;

import dev.river.internal.codec.JsonCodec;
import dev.river.job.AttemptError;
import dev.river.job.JobRow;
import dev.river.job.JobState;
import dev.river.job.UniqueKey;
import dev.river.schema.enums.RiverJobState;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jooq.Field;
import org.jspecify.annotations.Nullable;

/** Makes jobs of the driver's rows, whose first columns are those of the table in their order. */
final class JobRows implements DirectRows.Reader<JobRow> {
  /** Later times can't be told as text. */
  static final Instant LAST_READABLE = Instant.parse("9999-12-31T00:00:00Z");

  private static final Instant FIRST_READABLE = Instant.parse("0001-01-01T00:00:00Z");

  private static final int ID = column(RIVER_JOB.ID);
  private static final int STATE = column(RIVER_JOB.STATE);
  private static final int ATTEMPT = column(RIVER_JOB.ATTEMPT);
  private static final int MAX_ATTEMPTS = column(RIVER_JOB.MAX_ATTEMPTS);
  private static final int PRIORITY = column(RIVER_JOB.PRIORITY);
  private static final int KIND = column(RIVER_JOB.KIND);
  private static final int QUEUE = column(RIVER_JOB.QUEUE);
  private static final int TAGS = column(RIVER_JOB.TAGS);
  private static final int ARGS = column(RIVER_JOB.ARGS);
  private static final int METADATA = column(RIVER_JOB.METADATA);
  private static final int ERRORS = column(RIVER_JOB.ERRORS);
  private static final int ATTEMPTED_BY = column(RIVER_JOB.ATTEMPTED_BY);
  private static final int CREATED_AT = column(RIVER_JOB.CREATED_AT);
  private static final int SCHEDULED_AT = column(RIVER_JOB.SCHEDULED_AT);
  private static final int ATTEMPTED_AT = column(RIVER_JOB.ATTEMPTED_AT);
  private static final int FINALIZED_AT = column(RIVER_JOB.FINALIZED_AT);
  private static final int UNIQUE_KEY = column(RIVER_JOB.UNIQUE_KEY);
  private static final int UNIQUE_STATES = column(RIVER_JOB.UNIQUE_STATES);

  private final JsonCodec codec;

  JobRows(JsonCodec codec) {
    this.codec = codec;
  }

  /** {@return all columns and one more} */
  static List<Field<?>> with(Field<?> another) {
    return Stream.concat(Arrays.stream(RIVER_JOB.fields()), Stream.of(another)).toList();
  }

  private static int column(Field<?> column) {
    return RIVER_JOB.indexOf(column) + 1;
  }

  @Override
  public JobRow read(ResultSet row) throws SQLException {
    return new JobRow(
        row.getLong(ID),
        toState(row.getString(STATE)),
        row.getInt(ATTEMPT),
        row.getInt(MAX_ATTEMPTS),
        row.getInt(PRIORITY),
        row.getString(KIND),
        row.getString(QUEUE),
        list(row.getArray(TAGS), String::valueOf),
        row.getString(ARGS),
        row.getString(METADATA),
        list(row.getArray(ERRORS), this::error),
        list(row.getArray(ATTEMPTED_BY), String::valueOf),
        time(row, CREATED_AT).orElseThrow(),
        time(row, SCHEDULED_AT).orElseThrow(),
        time(row, ATTEMPTED_AT),
        time(row, FINALIZED_AT),
        Optional.ofNullable(row.getBytes(UNIQUE_KEY))
            .map(bytes -> new UniqueKey(HexFormat.of().formatHex(bytes))),
        StateMask.states(row.getString(UNIQUE_STATES)));
  }

  private AttemptError error(@Nullable Object json) {
    return codec.decodeError(json == null ? null : json.toString());
  }

  /** The elements of an array may be NULL in the database, which must not keep a job from work. */
  private static <T> List<T> list(@Nullable Array array, Function<@Nullable Object, T> element)
      throws SQLException {
    if (array == null) {
      return List.of();
    }
    Object[] elements = (Object[]) array.getArray();
    return elements.length == 0 ? List.of() : Arrays.stream(elements).map(element).toList();
  }

  private static Optional<Instant> time(ResultSet row, int column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant)
        .map(JobRows::readable);
  }

  /**
   * {@return the nearest time that can be told} PostgreSQL's infinity can't: one such job must not
   * keep others from being listed, or itself from being deleted.
   */
  private static Instant readable(Instant time) {
    if (time.isBefore(FIRST_READABLE)) {
      return FIRST_READABLE;
    }
    return time.isAfter(LAST_READABLE) ? LAST_READABLE : time;
  }

  static JobState toState(RiverJobState state) {
    return toState(state.getLiteral());
  }

  /** {@return the state of a name as the database has it} */
  static JobState toState(String name) {
    return JobState.valueOf(name.toUpperCase(Locale.ROOT));
  }
}
