package dev.river.internal.store;

import dev.river.error.JobNotFoundException;
import dev.river.error.JobRunningException;
import dev.river.error.UniqueConflictException;
import dev.river.internal.codec.Control;
import dev.river.internal.codec.JsonCodec;
import dev.river.job.JobRow;
import dev.river.job.JobUpdate;
import dev.river.query.JobCounts;
import dev.river.query.JobPage;
import dev.river.query.JobQuery;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;

/** Reads stored jobs and operates on them: the gate to one class per operation. */
public final class JobOperations {
  private final JobQueries queries;
  private final JobTotals totals;
  private final JobCancellations cancellations;
  private final JobRetries retries;
  private final JobDeletions deletions;
  private final JobChanges changes;

  /**
   * Creates it.
   *
   * @param codec reads and writes JSON
   * @param notifications tells clients
   * @param schema the schema of River's tables; empty to follow the search path
   */
  public JobOperations(JsonCodec codec, Notifications notifications, Optional<String> schema) {
    this.queries = new JobQueries(codec);
    this.totals = new JobTotals(schema);
    this.cancellations = new JobCancellations(codec, notifications);
    this.retries = new JobRetries(codec, notifications);
    this.deletions = new JobDeletions(codec);
    this.changes = new JobChanges(codec, notifications);
  }

  /** {@return a job, if there is one of that number} */
  public Optional<JobRow> get(DSLContext db, long id) {
    return queries.get(db, id);
  }

  /** {@return a page of the jobs that a query means} */
  public JobPage list(DSLContext db, JobQuery query) {
    return queries.list(db, query);
  }

  /** {@return how many jobs there are} */
  public JobCounts counts(DSLContext db) {
    return totals.counts(db);
  }

  /**
   * {@return a job, cancelled or, if it runs, marked}
   *
   * @throws JobNotFoundException if there is none of that number
   */
  public JobRow cancel(DSLContext db, long id) {
    return cancellations.cancel(db, id);
  }

  /** {@return what clients are told of the jobs that were cancelled or marked} */
  public List<Control.Cancel> cancelAll(DSLContext db, JobQuery query, int limit) {
    return cancellations.cancelAll(db, query, limit);
  }

  /** {@return those of some jobs that run and are marked as cancelled, each with its mark} */
  public Map<Long, String> cancelMarks(DSLContext db, Collection<Long> ids) {
    return cancellations.marks(db, ids);
  }

  /**
   * {@return a job, available unless it runs}
   *
   * @throws JobNotFoundException if there is none of that number
   * @throws UniqueConflictException if another job holds its unique key
   */
  public JobRow retry(DSLContext db, long id) {
    return retries.retry(db, id);
  }

  /**
   * {@return the jobs that became available}
   *
   * @throws UniqueConflictException if a unique key is taken at the same time
   */
  public List<RetriedJob> retryAll(DSLContext db, JobQuery query, int limit) {
    return retries.retryAll(db, query, limit);
  }

  /**
   * {@return a job that was deleted}
   *
   * @throws JobNotFoundException if there is none of that number
   * @throws JobRunningException if it runs
   */
  public JobRow delete(DSLContext db, long id) {
    return deletions.delete(db, id);
  }

  /** {@return the numbers of the jobs that were deleted} */
  public List<Long> deleteAll(DSLContext db, JobQuery query, int limit) {
    return deletions.deleteAll(db, query, limit);
  }

  /**
   * {@return a job that was changed}
   *
   * @throws JobNotFoundException if there is none of that number
   * @throws JobRunningException if it runs
   * @throws UniqueConflictException if it would become available, and another job holds its key
   */
  public JobRow update(DSLContext db, long id, JobUpdate update) {
    return changes.update(db, id, update);
  }

  /**
   * A job that became available.
   *
   * @param id the job
   * @param queue its queue
   */
  public record RetriedJob(long id, String queue) {}
}
