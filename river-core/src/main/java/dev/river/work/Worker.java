package dev.river.work;

import dev.river.job.Job;
import dev.river.job.JobArgs;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Works the jobs of one kind. One instance works many jobs at once, each on a virtual thread of its
 * own, so it must be safe for use by several threads. Those threads inherit nothing from the one
 * that starts the client: no inheritable thread-locals, and as context class loader the one that
 * has loaded this library.
 *
 * <p>A job may be worked more than once: a client may die before the result of an attempt is
 * stored. So what a worker does should bear being repeated.
 *
 * @param <T> the class of the jobs' arguments
 */
@FunctionalInterface
public interface Worker<T extends JobArgs> {
  /** As a timeout: the attempt may run as long as it likes. */
  Duration NO_TIMEOUT = Duration.ZERO;

  /**
   * Works a job.
   *
   * <p>To fail is to throw: whatever is thrown, {@code Error}s included, is recorded with the job,
   * which is tried again later ({@link #nextRetry}) or discarded after its last attempt.
   *
   * <p>The thread is interrupted when the attempt's {@link #timeout} is over or the client is
   * stopped with {@code stopAndCancel}. An interruption inside a database statement costs that
   * connection: the driver closes it.
   *
   * @param job the job, as it was when this attempt began
   * @param context what may be done with it while the attempt runs
   * @return what becomes of the job
   * @throws Exception to fail the attempt
   */
  WorkResult work(Job<T> job, JobContext context) throws Exception;

  /**
   * {@return when a failed job is to be tried again; empty (the default) to follow the client's
   * {@link RetryPolicy}} A time that has passed means at once. If this method throws, the client's
   * policy counts.
   *
   * @param job the job whose attempt failed
   */
  default Optional<Instant> nextRetry(Job<T> job) {
    return Optional.empty();
  }

  /**
   * {@return how long an attempt may run before it is interrupted; empty (the default) for the
   * client's job timeout, {@link #NO_TIMEOUT} or less for no limit} If this method throws, the
   * client's timeout counts.
   *
   * @param job the job whose attempt begins
   */
  default Optional<Duration> timeout(Job<T> job) {
    return Optional.empty();
  }

  /**
   * {@return what makes arguments of this version of those that were stored by older ones} Each
   * that applies is applied, in this order, before the arguments are decoded. None by default.
   */
  default List<Upcaster> upcasters() {
    return List.of();
  }
}
