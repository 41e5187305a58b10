package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.insertInto;
import static org.jooq.impl.DSL.param;
import static org.jooq.impl.DSL.when;

import dev.river.internal.codec.JsonCodec;
import dev.river.job.JobRow;
import dev.river.schema.enums.RiverJobState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.ResultQuery;

/** Inserts single jobs that are not unique, with one statement each. Thread-safe. */
public final class JobInserts {
  private static final Field<Instant> AT = param("at", RIVER_JOB.SCHEDULED_AT);

  /** The same time once more, because a parameter occurs once in a statement. */
  private static final Field<Instant> DUE_AT = param("due_at", RIVER_JOB.SCHEDULED_AT);

  private final JobRows rows;
  private final Notifications notifications;
  private final Map<Kind, KeptStatement> statements = new ConcurrentHashMap<>();

  /** Creates it. */
  public JobInserts(JsonCodec codec, Notifications notifications) {
    this.rows = new JobRows(codec);
    this.notifications = notifications;
  }

  /** What makes one statement differ from another. */
  private record Kind(boolean pending, boolean scheduled, boolean announced) {}

  /**
   * Inserts a job that is not unique. Whether its time has come is decided by the database's clock.
   *
   * @param db the transaction to insert in
   * @param job the job
   * @param announce whether the producers of its queue are to hear of it, if it can be worked at
   *     once, when the transaction commits
   * @return the job as it is stored
   */
  public JobRow insert(DSLContext db, NewJob job, boolean announce) {
    Kind kind = new Kind(job.pending(), job.scheduledAt().isPresent(), announce);
    return statements
        .computeIfAbsent(kind, key -> new KeptStatement(() -> statement(key)))
        .fetch(db, values(job), rows)
        .getFirst();
  }

  private static Map<String, Object> values(NewJob job) {
    Map<String, Object> values = new HashMap<>();
    values.put("kind", job.kind());
    values.put("args", JSONB.valueOf(job.encodedArgs()));
    values.put("queue", job.queue());
    values.put("priority", job.priority());
    values.put("max_attempts", job.maxAttempts());
    values.put("tags", job.tags().toArray(String[]::new));
    values.put("metadata", JSONB.valueOf(job.metadata()));
    job.scheduledAt().ifPresent(at -> values.putAll(Map.of("at", at, "due_at", at)));
    return values;
  }

  private ResultQuery<?> statement(Kind kind) {
    List<Field<?>> returned = new ArrayList<>(List.of(RIVER_JOB.fields()));
    if (kind.announced()) {
      // In RETURNING, so that a job costs one round trip; the payload is null, and nothing is
      // sent, for a job that has to wait.
      returned.add(notifications.ofInsertedRow());
    }
    return insertInto(RIVER_JOB)
        .set(RIVER_JOB.KIND, param("kind", RIVER_JOB.KIND))
        .set(RIVER_JOB.ARGS, param("args", RIVER_JOB.ARGS))
        .set(RIVER_JOB.QUEUE, param("queue", RIVER_JOB.QUEUE))
        .set(RIVER_JOB.PRIORITY, param("priority", RIVER_JOB.PRIORITY))
        .set(RIVER_JOB.MAX_ATTEMPTS, param("max_attempts", RIVER_JOB.MAX_ATTEMPTS))
        .set(RIVER_JOB.TAGS, param("tags", RIVER_JOB.TAGS))
        .set(RIVER_JOB.METADATA, param("metadata", RIVER_JOB.METADATA))
        .set(RIVER_JOB.SCHEDULED_AT, kind.scheduled() ? AT : Database.now())
        .set(RIVER_JOB.STATE, state(kind))
        .returningResult(returned);
  }

  private static Field<RiverJobState> state(Kind kind) {
    if (kind.pending()) {
      return inline(RiverJobState.pending);
    }
    if (!kind.scheduled()) {
      return inline(RiverJobState.available);
    }
    return when(DUE_AT.le(Database.now()), inline(RiverJobState.available))
        .otherwise(inline(RiverJobState.scheduled));
  }
}
