package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.when;

import dev.river.internal.codec.JsonCodec;
import dev.river.job.AttemptError;
import dev.river.job.JobRow;
import dev.river.job.JobState;
import dev.river.job.UniqueKey;
import dev.river.schema.enums.RiverJobState;
import dev.river.schema.tables.records.RiverJobRecord;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** Between rows as the database has them and as our callers see them. */
final class JobRows {
  private static final Instant FIRST_READABLE = Instant.parse("0001-01-01T00:00:00Z");
  static final Instant LAST_READABLE = Instant.parse("9999-12-31T00:00:00Z");

  /**
   * All columns, with the nearest time instead of one that Java can't read, such as PostgreSQL's
   * infinity: one such job must not keep others from being listed, or itself from being deleted.
   */
  static final List<Field<?>> FIELDS =
      Arrays.stream(RIVER_JOB.fields()).<Field<?>>map(JobRows::readable).toList();

  private final JsonCodec codec;

  JobRows(JsonCodec codec) {
    this.codec = codec;
  }

  /** {@return all columns and one more} */
  static List<Field<?>> with(Field<?> another) {
    return Stream.concat(FIELDS.stream(), Stream.of(another)).toList();
  }

  /** {@return the job in a record that has at least {@link #FIELDS}} */
  JobRow toRow(Record fields) {
    return toRow(fields.into(RIVER_JOB));
  }

  JobRow toRow(RiverJobRecord stored) {
    return new JobRow(
        stored.getId(),
        toState(stored.getState()),
        stored.getAttempt(),
        stored.getMaxAttempts(),
        stored.getPriority(),
        stored.getKind(),
        stored.getQueue(),
        texts(stored.getTags()),
        stored.getArgs().data(),
        stored.getMetadata().data(),
        errors(stored.getErrors()),
        texts(stored.getAttemptedBy()),
        stored.getCreatedAt(),
        stored.getScheduledAt(),
        Optional.ofNullable(stored.getAttemptedAt()),
        Optional.ofNullable(stored.getFinalizedAt()),
        uniqueKey(stored),
        StateMask.states(stored.getUniqueStates()));
  }

  private static Optional<UniqueKey> uniqueKey(RiverJobRecord stored) {
    return Optional.ofNullable(stored.getUniqueKey())
        .map(bytes -> new UniqueKey(HexFormat.of().formatHex(bytes)));
  }

  static JobState toState(RiverJobState state) {
    return toState(state.getLiteral());
  }

  /** {@return the nearest time that can be told, if it is beyond it} */
  static Instant readable(Instant time) {
    if (time.isBefore(FIRST_READABLE)) {
      return FIRST_READABLE;
    }
    return time.isAfter(LAST_READABLE) ? LAST_READABLE : time;
  }

  /** {@return the state of a name as the database has it} */
  static JobState toState(String name) {
    return JobState.valueOf(name.toUpperCase(Locale.ROOT));
  }

  private static Field<?> readable(Field<?> column) {
    if (column.getType() != Instant.class) {
      return column;
    }
    Field<Instant> time = column.coerce(Instant.class);
    return when(time.lt(inline(FIRST_READABLE)), inline(FIRST_READABLE))
        .when(time.gt(inline(LAST_READABLE)), inline(LAST_READABLE))
        .otherwise(time)
        .as(column);
  }

  private List<AttemptError> errors(JSONB @Nullable [] errors) {
    return errors == null
        ? List.of()
        : Arrays.stream(errors)
            .map(error -> codec.decodeError(error == null ? null : error.data()))
            .toList();
  }

  /** The elements of an array may be NULL in the database, which must not keep a job from work. */
  private static List<String> texts(String @Nullable [] texts) {
    return texts == null ? List.of() : Arrays.stream(texts).map(String::valueOf).toList();
  }
}
