package dev.river.testing;

import static dev.river.schema.Tables.RIVER_JOB;

import dev.river.schema.enums.RiverJobState;
import dev.river.schema.tables.records.RiverJobRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jooq.JSONB;

/** Puts rows into the table as they may be there, whoever wrote them. */
public final class StoredJob {
  /**
   * What River's clients write for unique jobs by default: in every state that is not final, and
   * completed.
   */
  public static final String DEFAULT_MASK = "11110101";

  private StoredJob() {}

  /** Stores a job in a state, with the times that belong to it. */
  public static long in(DSLContext dsl, RiverJobState state) {
    return in(dsl, state, job -> {});
  }

  /** Stores a job in a state, with whatever else is set. */
  public static long in(DSLContext dsl, RiverJobState state, Consumer<RiverJobRecord> rest) {
    RiverJobRecord job = dsl.newRecord(RIVER_JOB);
    job.setKind("test");
    job.setArgs(JSONB.valueOf("{}"));
    job.setState(state);
    Instant past = Instant.parse("2020-01-01T00:00:00Z");
    Instant future = Instant.parse("2100-01-01T00:00:00Z");
    switch (state) {
      case available, pending -> job.setScheduledAt(past);
      case retryable, scheduled -> job.setScheduledAt(future);
      case running -> {
        job.setAttempt(1);
        job.setAttemptedAt(past);
      }
      case cancelled, completed, discarded -> {
        job.setScheduledAt(past);
        job.setFinalizedAt(past);
      }
    }
    rest.accept(job);
    job.store();
    return job.getId();
  }

  /** Stores a job with a unique key. */
  public static long unique(DSLContext dsl, RiverJobState state, String key, String mask) {
    long id = in(dsl, state, job -> job.setUniqueKey(key.getBytes(StandardCharsets.UTF_8)));
    dsl.execute("UPDATE river_job SET unique_states = ?::bit(8) WHERE id = ?", mask, id);
    return id;
  }
}
