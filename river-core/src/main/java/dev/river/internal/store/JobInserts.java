package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.val;
import static org.jooq.impl.DSL.when;

import dev.river.internal.codec.JsonCodec;
import dev.river.job.JobRow;
import dev.river.schema.enums.RiverJobState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.JSONB;

/** Inserts single jobs that are not unique, with one statement each. */
public final class JobInserts {
  private final JobRowReader reader;
  private final Notifications notifications;

  /** Creates it. */
  public JobInserts(JsonCodec codec, Notifications notifications) {
    this.reader = new JobRowReader(codec);
    this.notifications = notifications;
  }

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
    var insert =
        db.insertInto(RIVER_JOB)
            .set(RIVER_JOB.KIND, job.kind())
            .set(RIVER_JOB.ARGS, JSONB.valueOf(job.encodedArgs()))
            .set(RIVER_JOB.QUEUE, job.queue())
            .set(RIVER_JOB.PRIORITY, job.priority())
            .set(RIVER_JOB.MAX_ATTEMPTS, job.maxAttempts())
            .set(RIVER_JOB.TAGS, job.tags().toArray(String[]::new))
            .set(RIVER_JOB.METADATA, JSONB.valueOf(job.metadata()))
            .set(RIVER_JOB.SCHEDULED_AT, scheduledAt(job))
            .set(RIVER_JOB.STATE, state(job));
    List<Field<?>> returned = new ArrayList<>(List.of(RIVER_JOB.fields()));
    if (announce) {
      // In RETURNING, so that a job costs one round trip; the payload is null, and nothing is
      // sent, for a job that has to wait.
      returned.add(notifications.ofInsertedRow());
    }
    return DirectRows.fetch(db, insert.returningResult(returned), reader).getFirst();
  }

  private static Field<Instant> scheduledAt(NewJob job) {
    return job.scheduledAt().map(at -> (Field<Instant>) val(at)).orElse(Database.now());
  }

  private static Field<RiverJobState> state(NewJob job) {
    if (job.pending()) {
      return inline(RiverJobState.pending);
    }
    if (job.scheduledAt().isEmpty()) {
      return inline(RiverJobState.available);
    }
    return when(val(job.scheduledAt().get()).le(Database.now()), inline(RiverJobState.available))
        .otherwise(inline(RiverJobState.scheduled));
  }
}
