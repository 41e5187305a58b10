package dev.river.internal.maintain;

import dev.river.internal.store.FinishedAttempt;
import dev.river.internal.store.JobRescues;
import dev.river.job.JobRow;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/** Which running jobs are rescued, and what becomes of them. */
interface RescueSearch {

  /**
   * {@return running jobs, those whose attempts are the oldest first, locked}
   *
   * @param db the transaction that holds the locks
   * @param start where to begin
   * @param limit how many at most
   */
  List<JobRow> find(DSLContext db, JobRescues.Start start, int limit);

  /** {@return how the attempt of one of them ends; empty if it is to go on} */
  Optional<FinishedAttempt> rescue(JobRow row);
}
