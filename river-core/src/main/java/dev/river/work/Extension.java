package dev.river.work;

import dev.river.job.JobRow;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Adds something to the work of every job, or of one kind: tracing, metrics, encryption, a security
 * context. Methods that are not overridden do nothing.
 *
 * <p>Extensions lie around the worker like shells. The client's own lie outside those of a kind,
 * and among them the one that was registered first lies outermost: its {@code beforeWork} comes
 * first and its {@code afterWork} last. All of them run on the attempt's thread, are interrupted as
 * the worker is, and may keep values with the job through its context. They run before the
 * arguments are decoded, so they may replace them. One instance serves many jobs at once.
 */
public interface Extension {

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
}
