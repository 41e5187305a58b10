package dev.river.work;

import dev.river.error.InsertRefusedException;
import dev.river.error.RiverException;
import dev.river.job.JobInsertParams;
import dev.river.job.JobRow;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Adds something to the inserting and the work of every job, or of one kind: tracing, metrics,
 * encryption, a security context. Methods that are not overridden do nothing.
 *
 * <p>Extensions lie around the insert, and around the worker, like shells. The client's own lie
 * outside those of a kind, and among them the one that was registered first lies outermost: its
 * {@code before...} comes first and its {@code after...} last. Those of several kinds, in a call
 * with jobs of them all, lie in the order in which the kinds were first named. One instance serves
 * many jobs and calls at once.
 *
 * <p>Around an insert they run on the thread of the inserter. {@link #beforeInsert} comes for each
 * job, before any SQL; {@link #aroundInsert} and {@link #afterInsert} come once for each call,
 * inside its transaction, be it the client's own or the caller's. If anything fails nothing of the
 * call is inserted; a transaction of the caller is as it was before and can go on.
 *
 * <p>Around work they run on the attempt's thread, are interrupted as the worker is, and may keep
 * values with the job through its context. They run before the arguments are decoded, so they may
 * replace them.
 */
public interface Extension {

  /**
   * Runs before a job is inserted, and may change it: encrypt its arguments, which {@link
   * #aroundWork} decrypts, add to its metadata, move it to another queue. The next extension sees
   * what this one returns. In {@link JobInserter#insertManyFast} it runs while the copy does, for
   * one job after the other as they are taken from the stream, and must not use the transaction's
   * connection.
   *
   * <p>The unique key of a job is computed before, from the arguments, the queue and the time that
   * its inserter gave it. So jobs stay comparable whatever extensions make of them, even if
   * encryption never yields the same twice.
   *
   * @param job the job
   * @return the job to insert: the same one, or what its {@link JobInsertParams#toBuilder} has
   *     built
   * @throws Exception to refuse the job, so that nothing of the call is inserted; it becomes the
   *     cause of an {@link InsertRefusedException}
   */
  default JobInsertParams beforeInsert(JobInsertParams job) throws Exception {
    return job;
  }

  /**
   * Runs around the SQL of a call that inserts jobs. It calls {@code inner.proceed()} once, on the
   * same thread; otherwise nothing is inserted and the call fails with an {@link
   * IllegalStateException}. A failure inside fails the call, even if it is caught here. An
   * extension of a kind runs only if the call has jobs of that kind, and not for {@link
   * JobInserter#insertManyFast}.
   *
   * @param call the call
   * @param inner what lies inside
   * @throws Exception to fail the call, so that nothing is inserted; a checked one becomes the
   *     cause of a {@link RiverException}
   */
  default void aroundInsert(InsertCall call, InnerInsert inner) throws Exception {
    inner.proceed();
  }

  /**
   * Runs after what lies inside, whether that went well or not. It runs before the transaction
   * commits, for each {@link #aroundInsert} that was called. If it throws, nothing is inserted; a
   * failure that was there before is kept, with this one suppressed in it.
   *
   * @param call the call
   * @param failure what was thrown inside, if anything was
   * @throws Exception to fail the call, as in {@link #aroundInsert}
   */
  default void afterInsert(InsertCall call, Optional<Throwable> failure) throws Exception {}

  /**
   * Runs before what lies inside. If it throws, the attempt has failed; nothing inside runs, and
   * {@link #afterWork} of this extension does not run either.
   *
   * @param job the job
   * @param context what may be done with it
   * @throws Exception to fail the attempt
   */
  default void beforeWork(JobRow job, JobContext context) throws Exception {}

  /**
   * Runs around what lies inside, which it calls with {@code inner.proceed(job)}: once, or not at
   * all, and with the same job or one whose arguments it has changed. What it returns or throws is
   * what lies outside sees of it.
   *
   * @param job the job
   * @param context what may be done with it
   * @param inner what lies inside
   * @return what becomes of the job
   * @throws Exception to fail the attempt
   */
  default WorkResult aroundWork(JobRow job, JobContext context, Inner inner) throws Exception {
    return inner.proceed(job);
  }

  /**
   * Runs after what lies inside, whether that went well or not. If it throws, the attempt has
   * failed; a failure that was there before is kept, with this one suppressed in it.
   *
   * @param job the job
   * @param context what may be done with it
   * @param failure what was thrown inside, if anything was
   * @throws Exception to fail the attempt
   */
  default void afterWork(JobRow job, JobContext context, Optional<Throwable> failure)
      throws Exception {}

  /**
   * Is told of each claim of jobs, for metrics. Called on the thread that claims, for the client's
   * own extensions only; it must be quick. What it throws is logged.
   *
   * @param queue the queue
   * @param jobs how many jobs were claimed; zero if there were none
   * @param duration how long the database took
   */
  default void claimed(String queue, int jobs, Duration duration) {}

  /**
   * Is told when a client that has started begins to insert its periodic jobs, if it has any then.
   * Called on the thread that inserts them, before the first of them, for the client's own
   * extensions only; it must be quick. What it throws is logged.
   *
   * @param nextRuns when those that have an id are due next, by id; paused ones, and those whose
   *     schedule has no time any more, are not in it
   */
  default void periodicJobsStarted(Map<String, Instant> nextRuns) {}

  /** What lies inside an extension. */
  @FunctionalInterface
  interface Inner {

    /**
     * {@return what becomes of the job}
     *
     * @param job the job that is to be worked
     * @throws Exception if the attempt failed
     */
    WorkResult proceed(JobRow job) throws Exception;
  }

  /** What lies inside an extension around an insert. */
  @FunctionalInterface
  interface InnerInsert {

    /**
     * Inserts the jobs.
     *
     * @return what became of those that concern the extension
     * @throws IllegalStateException if it is called again, late or on another thread
     * @throws Exception if the jobs can't be inserted
     */
    InsertResult proceed() throws Exception;
  }
}
