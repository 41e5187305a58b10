package dev.river;

import dev.river.error.DatabaseException;
import dev.river.error.JobNotFoundException;
import dev.river.error.JobRunningException;
import dev.river.error.UniqueConflictException;
import dev.river.internal.codec.Control;
import dev.river.internal.codec.JsonCodec;
import dev.river.internal.codec.UndecodableArgsException;
import dev.river.internal.store.JobOperations;
import dev.river.internal.store.JobOperations.RetriedJob;
import dev.river.internal.store.Scope;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.job.JobRow;
import dev.river.job.JobState;
import dev.river.job.JobUpdate;
import dev.river.query.JobCounts;
import dev.river.query.JobPage;
import dev.river.query.JobQuery;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads stored jobs and operates on them, whichever client inserted or works them.
 *
 * <p>From {@link RiverClient#jobs()}, each call has a transaction of its own. From {@link
 * RiverClient#jobs(org.jooq.DSLContext)} all calls belong to the caller's transaction: nothing
 * happens to a job, and no client hears of it, before that commits. To change a job there outside
 * of a transaction throws an {@link IllegalStateException}; to read needs none.
 *
 * <p>Thread-safe as far as the caller's transaction is. Every method throws {@link
 * DatabaseException} if the database refuses the statement or can't be reached.
 */
public final class Jobs {
  private final Scope scope;
  private final JobOperations operations;
  private final JsonCodec codec;

  /** The own client while it runs, if it may hear at once of what was done. */
  private final Supplier<Optional<ClientRuntime>> own;

  Jobs(
      Scope scope,
      JobOperations operations,
      JsonCodec codec,
      Supplier<Optional<ClientRuntime>> own) {
    this.scope = scope;
    this.operations = operations;
    this.codec = codec;
    this.own = own;
  }

  /**
   * {@return a job, if there is one of that number}
   *
   * @param id its number
   */
  public Optional<JobRow> get(long id) {
    return scope.read(db -> operations.get(db, id));
  }

  /**
   * {@return a job of a known kind, if there is one of that number}
   *
   * @param <T> the class of its arguments
   * @param id its number
   * @param argsClass the class of its arguments
   * @throws IllegalArgumentException if the job is of another kind than that class, or if its
   *     arguments can't be read as that class
   */
  public <T extends JobArgs> Optional<Job<T>> get(long id, Class<T> argsClass) {
    Objects.requireNonNull(argsClass, "argsClass");
    return get(id).map(row -> new Job<>(row, args(row, argsClass)));
  }

  /**
   * {@return some of the jobs that a query means, in its order} Ask for the next page with {@code
   * query.toBuilder().after(cursor).build()}. Pages show each job that stays in its place exactly
   * once.
   *
   * @param query which jobs
   * @throws IllegalArgumentException if its cursor is none, or one of another order
   */
  public JobPage list(JobQuery query) {
    Objects.requireNonNull(query, "query");
    return scope.read(db -> operations.list(db, query));
  }

  /**
   * {@return how many jobs there are, by state and queue} That stays fast however many there are:
   *
   * <ul>
   *   <li>While the table is small (32 MB), all are counted.
   *   <li>In a larger one, a state is counted if an index leads to its jobs and they are not more
   *       than 50,000. Available, retryable, running and scheduled jobs have such an index; {@code
   *       RiverMigrator.createSearchIndexes()} adds them for the others.
   *   <li>What remains is estimated from 32 MB of the table, chosen at random. The estimate of a
   *       state with most of the jobs is mostly within 3 % and rarely off by more than 5 %; a rare
   *       state may be missing.
   * </ul>
   *
   * {@link dev.river.query.JobCount#exact} tells which it was.
   */
  public JobCounts counts() {
    return scope.read(db -> operations.counts(db));
  }

  /**
   * Cancels a job. One that waits is cancelled at once. One that runs is marked, and the client
   * that works it interrupts its worker: if the worker throws then, or fails later, the job is
   * cancelled; if it returns, its result counts. One that has ended stays as it is.
   *
   * <p>The client that works it hears of it by a notification, or within a second or so if it is
   * {@code pollOnly}.
   *
   * @param id the job
   * @return the job as it is then: {@link JobState#RUNNING} if it had to be marked
   * @throws JobNotFoundException if there is no such job
   * @throws UniqueConflictException if it is to hold its unique key as a cancelled job, did not
   *     hold it before, and another transaction takes it at the same time; nothing has changed then
   */
  public JobRow cancel(long id) {
    return scope.call(db -> operations.cancel(db, id), this::tellOfCancelled);
  }

  /**
   * Cancels jobs as {@link #cancel} does, those of the lowest numbers first. One that the database
   * refuses to change, because of a trigger of yours for instance, is logged and left out; so is
   * one whose unique key another transaction takes at the same time.
   *
   * @param query which jobs; those that have ended don't count. Its order and limit don't matter.
   * @param limit how many at most, 1 to 10,000. To cancel all, repeat until there are fewer; jobs
   *     that run count each time, so leave them out with {@link JobQuery.Builder#states} then.
   * @return the numbers of the jobs that were cancelled or marked
   * @throws IllegalArgumentException if the query has no filter and is not {@link JobQuery#all}, if
   *     it has a cursor, or if the limit is out of range
   */
  public List<Long> cancelAll(JobQuery query, int limit) {
    Objects.requireNonNull(query, "query");
    List<Control.Cancel> cancelled =
        scope.call(
            db -> operations.cancelAll(db, query, limit),
            jobs -> own.get().ifPresent(client -> jobs.forEach(client::told)));
    return cancelled.stream().map(Control.Cancel::jobId).toList();
  }

  /**
   * Makes a job available now, whether it waits or has ended. If it has used up its attempts it
   * gets one more; its errors are kept. One that runs, or that is available and due, stays as it
   * is.
   *
   * @param id the job
   * @return the job as it is then
   * @throws JobNotFoundException if there is no such job
   * @throws UniqueConflictException if another job holds its unique key; in a caller's transaction
   *     nothing but a rollback is possible then
   */
  public JobRow retry(long id) {
    return scope.call(db -> operations.retry(db, id), job -> wake(List.of(job.queue())));
  }

  /**
   * Makes jobs available as {@link #retry} does, those of the lowest numbers first. Passed over are
   * jobs whose unique key another job holds, and those that another transaction is changing.
   *
   * @param query which jobs; those that run or are available and due don't count. Its order and
   *     limit don't matter.
   * @param limit how many at most, 1 to 10,000; jobs with a unique conflict count
   * @return the numbers of the jobs that became available
   * @throws IllegalArgumentException as {@link #cancelAll} does
   * @throws UniqueConflictException if another transaction takes the unique key of one of them at
   *     the same time; none has changed then
   */
  public List<Long> retryAll(JobQuery query, int limit) {
    Objects.requireNonNull(query, "query");
    List<RetriedJob> retried =
        scope.call(
            db -> operations.retryAll(db, query, limit),
            jobs -> wake(jobs.stream().map(RetriedJob::queue).distinct().toList()));
    return retried.stream().map(RetriedJob::id).toList();
  }

  /**
   * Deletes a job that doesn't run.
   *
   * @param id the job
   * @return the job as it was
   * @throws JobNotFoundException if there is no such job
   * @throws JobRunningException if it runs
   */
  public JobRow delete(long id) {
    return scope.call(db -> operations.delete(db, id));
  }

  /**
   * Deletes jobs, those of the lowest numbers first. Passed over are jobs that run, and those that
   * another transaction is changing. One that the database refuses to delete, because a row of
   * yours refers to it for instance, is logged and left out.
   *
   * @param query which jobs. Its order and limit don't matter.
   * @param limit how many at most, 1 to 10,000
   * @return the numbers of the jobs that were deleted
   * @throws IllegalArgumentException as {@link #cancelAll} does
   */
  public List<Long> deleteAll(JobQuery query, int limit) {
    Objects.requireNonNull(query, "query");
    return scope.call(db -> operations.deleteAll(db, query, limit));
  }

  /**
   * Changes a job that doesn't run. If it is available then, producers of its queue hear of it.
   *
   * @param id the job
   * @param update what is to change
   * @return the job as it is then
   * @throws IllegalArgumentException if metadata or output can't be stored, or if the output is
   *     larger than 32 MB
   * @throws JobNotFoundException if there is no such job
   * @throws JobRunningException if it runs
   */
  public JobRow update(long id, JobUpdate update) {
    Objects.requireNonNull(update, "update");
    return scope.call(
        db -> operations.update(db, id, update),
        job -> wake(job.state() == JobState.AVAILABLE ? List.of(job.queue()) : List.of()));
  }

  private void tellOfCancelled(JobRow job) {
    if (job.state() == JobState.RUNNING) {
      own.get().ifPresent(client -> client.cancelled(job));
    }
  }

  private void wake(List<String> queues) {
    own.get().ifPresent(client -> queues.forEach(client::workIn));
  }

  private <T extends JobArgs> T args(JobRow row, Class<T> argsClass) {
    T args;
    try {
      args = codec.decodeArgs(row.encodedArgs(), argsClass);
    } catch (UndecodableArgsException e) {
      throw new IllegalArgumentException(
          "job %s is of kind %s: %s".formatted(row.id(), row.kind(), e.getMessage()), e);
    }
    if (!row.kind().equals(args.kind())) {
      throw new IllegalArgumentException(
          "job %s must be of kind %s, that of %s, got: %s"
              .formatted(row.id(), args.kind(), argsClass.getName(), row.kind()));
    }
    return args;
  }
}
