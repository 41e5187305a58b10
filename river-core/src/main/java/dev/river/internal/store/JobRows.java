package dev.river.internal.store;

import dev.river.internal.codec.JsonCodec;
import dev.river.job.AttemptError;
import dev.river.job.JobRow;
import dev.river.job.JobState;
import dev.river.job.UniqueKey;
import dev.river.schema.enums.RiverJobState;
import dev.river.schema.tables.records.RiverJobRecord;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jooq.JSONB;
import org.jspecify.annotations.Nullable;

/** Between rows as the database has them and as our callers see them. */
final class JobRows {
  private final JsonCodec codec;

  JobRows(JsonCodec codec) {
    this.codec = codec;
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

  static Optional<UniqueKey> uniqueKey(RiverJobRecord stored) {
    return Optional.ofNullable(stored.getUniqueKey())
        .map(bytes -> new UniqueKey(HexFormat.of().formatHex(bytes)));
  }

  static JobState toState(RiverJobState state) {
    return JobState.valueOf(state.getLiteral().toUpperCase(Locale.ROOT));
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
