package dev.river.internal.maintain;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Inserts the jobs of a client's periodic jobs when it is told to, whoever leads. Where one fails,
 * the failure comes out. Thread-safe.
 */
public final class InlinePeriodicRuns {
  private static final Duration NONE_IS_DUE = Duration.ofDays(1);

  private final PeriodicJobSet jobs;
  private final PeriodicRuns runs;
  private final ReentrantLock lock = new ReentrantLock(); // one thread at a time owns the runs

  /**
   * Creates it.
   *
   * @param around where it works, and for whom
   * @param jobs the client's periodic jobs
   * @param inserter inserts their jobs
   */
  public InlinePeriodicRuns(
      PeriodicEnqueuer.Surroundings around, PeriodicJobSet jobs, PeriodicInserter inserter) {
    this.jobs = jobs;
    this.runs = new PeriodicRuns(around, jobs, inserter, Retries.NONE);
  }

  /** Plans the first runs of those that have none, from now on. */
  public void plan() {
    if (!jobs.isEmpty()) {
      lock.lock();
      try {
        runs.plan();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Inserts the jobs of all that are due. */
  public void run() {
    if (jobs.isEmpty()) {
      return;
    }
    lock.lock();
    try {
      Duration rest = Duration.ZERO;
      while (rest.isZero()) {
        rest = runs.run(runs.plan(), NONE_IS_DUE);
      }
    } finally {
      lock.unlock();
    }
  }

  /** {@return when the next of them is due, or was; empty if there is none} */
  public Optional<Instant> nextRunAt() {
    if (jobs.isEmpty()) {
      return Optional.empty();
    }
    lock.lock();
    try {
      return runs.nextRunAt();
    } finally {
      lock.unlock();
    }
  }
}
