package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.castNull;
import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.when;

import dev.river.internal.codec.JobMetadata;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** Makes jobs of the driver's rows, whose first columns are those of the table in their order. */
final class JobRows implements DirectRows.Reader<JobRow> {
  /** Stands for arguments and metadata that were not read; no JSON is empty. */
  static final String NOT_READ = "";

  /**
   * Up to so many bytes, as they are stored, mostly compressed, a value is read with its row. A
   * claim of many jobs can't be larger than a client's memory by that, and one value that can't be
   * read does not keep the others from it.
   */
  private static final int SMALL = 8_192;

  /** More bytes than a time or a count has in metadata. */
  private static final int LONGEST_OF_RESCUE = 200;

  /** Stands for an earlier error of a job that has large ones. */
  private static final AttemptError ERROR_NOT_READ =
      new AttemptError(Instant.EPOCH, 0, "(not read with the job's claim, because it is long)", "");

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

  private static final int ERRORS_LEFT_OUT = RIVER_JOB.fields().length + 1;

  /** When a job was cancelled, as it is written; null if it was not. */
  static final Field<String> CANCEL_MARK =
      field("{0} ->> '" + JobMetadata.CANCEL_MARK + "'", SQLDataType.CLOB, RIVER_JOB.METADATA);

  /**
   * Of metadata that is not read only the mark of a cancellation, by which a later one is told from
   * one that the job had when it was claimed.
   */
  private static final Field<JSONB> MARK_ONLY =
      field(
          "jsonb_strip_nulls(jsonb_build_object({1}, {0} -> {1}))",
          SQLDataType.JSONB, RIVER_JOB.METADATA, inline(JobMetadata.CANCEL_MARK));

  private final JsonCodec codec;
  private final boolean small;

  JobRows(JsonCodec codec) {
    this(codec, false);
  }

  private JobRows(JsonCodec codec, boolean small) {
    this.codec = codec;
    this.small = small;
  }

  /**
   * {@return what reads rows with {@link #smallColumns}} Where arguments or metadata are large, the
   * arguments are {@link #NOT_READ}, and of large metadata only a cancellation is told; where the
   * errors are large, the newest one is read, and each other one has a substitute, so that their
   * number is right.
   */
  static JobRows small(JsonCodec codec) {
    return new JobRows(codec, true);
  }

  /** {@return all columns, without what is large} */
  static List<Field<?>> smallColumns() {
    Condition longErrors = isLarge(RIVER_JOB.ERRORS);
    Field<?> newest =
        field("{0}[array_upper({0}, 1):]", RIVER_JOB.ERRORS.getDataType(), RIVER_JOB.ERRORS);
    Field<Integer> leftOut = field("cardinality({0}) - 1", SQLDataType.INTEGER, RIVER_JOB.ERRORS);
    List<Field<?>> columns = new ArrayList<>(List.of(RIVER_JOB.fields()));
    columns.replaceAll(
        column -> {
          if (column.equals(RIVER_JOB.ARGS)) {
            return when(isSmall(), RIVER_JOB.ARGS);
          }
          if (column.equals(RIVER_JOB.METADATA)) {
            return when(isReadWithRow(RIVER_JOB.METADATA), RIVER_JOB.METADATA).otherwise(MARK_ONLY);
          }
          return column.equals(RIVER_JOB.ERRORS)
              ? field("CASE WHEN {0} THEN {1} ELSE {2} END", longErrors, newest, RIVER_JOB.ERRORS)
              : column;
        });
    columns.add(field("CASE WHEN {0} THEN {1} END", longErrors, leftOut));
    return columns;
  }

  /** {@return the same columns, but none of the arguments, the metadata and the errors} */
  static List<Field<?>> bareColumns() {
    List<Field<?>> columns = smallColumns();
    columns.set(ARGS - 1, castNull(RIVER_JOB.ARGS));
    columns.set(METADATA - 1, castNull(RIVER_JOB.METADATA));
    columns.set(ERRORS - 1, castNull(RIVER_JOB.ERRORS));
    columns.set(
        ERRORS_LEFT_OUT - 1, field("cardinality({0})", SQLDataType.INTEGER, RIVER_JOB.ERRORS));
    return columns;
  }

  /** {@return the same columns, but of the metadata only the mark of a cancellation} */
  static List<Field<?>> markedColumns() {
    List<Field<?>> columns = bareColumns();
    columns.set(METADATA - 1, MARK_ONLY);
    return columns;
  }

  /**
   * {@return the same columns, but of the metadata only what concerns a rescue} A count of many
   * bytes is none that a client has written; a mark counts whatever it says.
   */
  static List<Field<?>> rescueColumns() {
    List<Field<?>> columns = bareColumns();
    columns.set(
        METADATA - 1,
        field(
            "jsonb_strip_nulls(jsonb_build_object({2},"
                + " CASE WHEN pg_column_size({0} -> {2}) <= {1} THEN {0} -> {2}"
                + " WHEN {0} -> {2} IS NOT NULL THEN 'true' END,"
                + " 'river:rescue_count',"
                + " CASE WHEN pg_column_size({0} -> 'river:rescue_count') <= {1}"
                + " THEN {0} -> 'river:rescue_count' END))",
            SQLDataType.JSONB,
            RIVER_JOB.METADATA,
            inline(LONGEST_OF_RESCUE),
            inline(JobMetadata.CANCEL_MARK)));
    return columns;
  }

  /** {@return the same columns, but nothing of what may be stored apart from the row} */
  static List<Field<?>> columnsOfRow() {
    List<Field<?>> columns = bareColumns();
    columns.set(TAGS - 1, castNull(RIVER_JOB.TAGS));
    columns.set(ERRORS_LEFT_OUT - 1, castNull(SQLDataType.INTEGER));
    return columns;
  }

  /** Costs nothing: the size stands before the value, wherever that is stored. */
  private static Condition isLarge(Field<?> column) {
    return storedSize(column).gt(inline(SMALL));
  }

  /** What is compressed may be far larger than it looks, and take the server long to write. */
  private static Condition isReadWithRow(Field<?> column) {
    return isLarge(column).not().and(condition("pg_column_compression({0}) IS NULL", column));
  }

  /** {@return whether all of a job is read with its row} */
  static Condition isSmall() {
    return isReadWithRow(RIVER_JOB.ARGS).and(isReadWithRow(RIVER_JOB.METADATA));
  }

  /** {@return how many bytes a value takes as it is stored} */
  static Field<Integer> storedSize(Field<?> column) {
    return field("pg_column_size({0})", SQLDataType.INTEGER, column);
  }

  /** {@return whether a job's arguments and metadata were read} */
  static boolean isWhole(JobRow row) {
    return !row.encodedArgs().equals(NOT_READ);
  }

  /** {@return a job with arguments and metadata that were read later} */
  static JobRow with(JobRow row, String args, String metadata) {
    return new JobRow(
        row.id(),
        row.state(),
        row.attempt(),
        row.maxAttempts(),
        row.priority(),
        row.kind(),
        row.queue(),
        row.tags(),
        args,
        metadata,
        row.errors(),
        row.attemptedBy(),
        row.createdAt(),
        row.scheduledAt(),
        row.attemptedAt(),
        row.finalizedAt(),
        row.uniqueKey(),
        row.uniqueStates());
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
        Objects.requireNonNullElse(row.getString(ARGS), NOT_READ),
        Objects.requireNonNullElse(row.getString(METADATA), NOT_READ),
        errors(row),
        list(row.getArray(ATTEMPTED_BY), String::valueOf),
        time(row, CREATED_AT).orElseThrow(),
        time(row, SCHEDULED_AT).orElseThrow(),
        time(row, ATTEMPTED_AT),
        time(row, FINALIZED_AT),
        Optional.ofNullable(row.getBytes(UNIQUE_KEY))
            .map(bytes -> new UniqueKey(HexFormat.of().formatHex(bytes))),
        StateMask.states(row.getString(UNIQUE_STATES)));
  }

  private List<AttemptError> errors(ResultSet row) throws SQLException {
    List<AttemptError> read = list(row.getArray(ERRORS), this::error);
    int leftOut = small ? row.getInt(ERRORS_LEFT_OUT) : 0;
    if (leftOut <= 0) {
      return read;
    }
    List<AttemptError> all = new ArrayList<>(Collections.nCopies(leftOut, ERROR_NOT_READ));
    all.addAll(read);
    return all;
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
