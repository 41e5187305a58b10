package dev.river.internal.maintain;

import dev.river.internal.store.StoredJob;
import dev.river.job.Insert;
import java.time.Instant;
import java.util.Optional;
import org.jooq.DSLContext;

/** Inserts a job as the client inserts any, and marks it as periodic. */
@FunctionalInterface
public interface PeriodicInsertion {

  /**
   * {@return the job as it is stored, or the one that kept it away}
   *
   * @param db the transaction to insert in
   * @param insert the job
   * @param runAt when it is due, unless its options say something else
   * @param id the periodic job's id, if it has one
   * @throws IllegalArgumentException if anything about it is invalid
   */
  StoredJob insert(DSLContext db, Insert<?> insert, Instant runAt, Optional<String> id);
}
