package dev.river.internal.work;

import dev.river.job.JobRow;
import dev.river.work.CancelCause;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** The jobs of a client from their claim until their result is stored. Thread-safe. */
public final class ClaimedJobs {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition fewer = lock.newCondition();
  private final Map<Long, Attempt> attempts = new HashMap<>(); // guarded by lock
  private boolean cancelling; // guarded by lock
  private boolean givenUp; // guarded by lock
  private int claimsUnderWay; // guarded by lock

  /** Jobs that were cancelled while one of them may have been on its way to us; guarded by lock. */
  private final Set<Long> cancelledEarly = new HashSet<>();

  /** Creates it without jobs. */
  public ClaimedJobs() {}

  /**
   * Says that a claim begins. A cancellation may arrive before the answer to a claim does, and
   * counts for the job that comes with it.
   */
  void claimBegins() {
    lock.lock();
    try {
      claimsUnderWay++;
    } finally {
      lock.unlock();
    }
  }

  /** Says that the jobs of a claim were taken up, or that there are none. */
  void claimEnds() {
    lock.lock();
    try {
      claimsUnderWay--;
      if (claimsUnderWay == 0) {
        cancelledEarly.clear();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes up the attempts of jobs that were just claimed. */
  void add(List<Attempt> added) {
    lock.lock();
    try {
      added.forEach(this::put);
      added.stream()
          .filter(attempt -> cancelledEarly.remove(attempt.row().id()))
          .forEach(attempt -> attempt.cancel(CancelCause.REMOTE));
      if (cancelling) {
        added.forEach(attempt -> attempt.cancel(CancelCause.STOP));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Who claims a job of its own again was taken for gone, or has just stored its result. */
  private void put(Attempt attempt) {
    Attempt former = attempts.put(attempt.row().id(), attempt);
    if (former != null) {
      former.cancel(CancelCause.LOST);
    }
  }

  /**
   * Lets go of jobs whose result is stored. Whoever claims first may be this client again, before
   * it gets here: such a job stays, because another attempt of it is on its way.
   *
   * @param finished the jobs, as they were claimed
   */
  void remove(Collection<JobRow> finished) {
    lock.lock();
    try {
      for (JobRow row : finished) {
        Attempt attempt = attempts.get(row.id());
        if (attempt != null && isSameAttempt(attempt.row(), row)) {
          attempts.remove(row.id());
        }
      }
      fewer.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static boolean isSameAttempt(JobRow a, JobRow b) {
    return a.attempt() == b.attempt() && a.attemptedAt().equals(b.attemptedAt());
  }

  /** {@return the attempts of this moment} */
  List<Attempt> attempts() {
    lock.lock();
    try {
      return List.copyOf(attempts.values());
    } finally {
      lock.unlock();
    }
  }

  /** {@return the numbers of the jobs} */
  public List<Long> ids() {
    lock.lock();
    try {
      return List.copyOf(attempts.keySet());
    } finally {
      lock.unlock();
    }
  }

  /** {@return how many characters the contents of those jobs have together that have so many} */
  long chars(int least) {
    lock.lock();
    try {
      return attempts.values().stream()
          .mapToLong(attempt -> LargeJobs.chars(attempt.row()))
          .filter(size -> size >= least)
          .sum();
    } finally {
      lock.unlock();
    }
  }

  /** {@return the jobs, as they were claimed, whose attempts nobody has told to end early} */
  List<JobRow> undisturbed() {
    lock.lock();
    try {
      return attempts.values().stream()
          .filter(attempt -> attempt.cancelCause().isEmpty())
          .map(Attempt::row)
          .toList();
    } finally {
      lock.unlock();
    }
  }

  /**
   * {@return whether an attempt runs here that nobody has told to end early}
   *
   * @param running the job, as it is stored
   */
  public boolean runUndisturbed(JobRow running) {
    lock.lock();
    try {
      Attempt attempt = attempts.get(running.id());
      return attempt != null
          && isSameAttempt(attempt.row(), running)
          && attempt.cancelCause().isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Cancels the attempt of a job because someone has cancelled the job, if it runs here. To hear of
   * the same cancellation twice does no harm: only the first time interrupts.
   *
   * @param id the job
   */
  public void cancel(long id) {
    lock.lock();
    try {
      Attempt attempt = attempts.get(id);
      if (attempt != null && !attempt.cancelCause().equals(Optional.of(CancelCause.REMOTE))) {
        attempt.cancel(CancelCause.REMOTE);
      }
      if (claimsUnderWay > 0) {
        cancelledEarly.add(id); // an attempt that we know of may be one that has just ended
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Cancels attempts whose jobs were rescued.
   *
   * @param rescued the jobs, as they were claimed
   */
  void lose(Collection<JobRow> rescued) {
    lock.lock();
    try {
      for (JobRow row : rescued) {
        Attempt attempt = attempts.get(row.id());
        if (attempt != null && isSameAttempt(attempt.row(), row)) {
          attempt.cancel(CancelCause.LOST);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Cancels every attempt, those too that are claimed later. */
  public void cancelAll() {
    lock.lock();
    try {
      cancelling = true;
      attempts.values().forEach(attempt -> attempt.cancel(CancelCause.STOP));
    } finally {
      lock.unlock();
    }
  }

  /** Ends all waiting, because no further result will be stored. */
  public void giveUp() {
    lock.lock();
    try {
      givenUp = true;
      fewer.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until the result of every job is stored.
   *
   * @param limit how long to wait at most
   * @return whether it is so
   * @throws InterruptedException if the waiting thread is interrupted
   */
  public boolean awaitEmpty(Duration limit) throws InterruptedException {
    return awaitNone(attempt -> true, limit);
  }

  /** Waits as {@link #awaitEmpty} does, but for the jobs of one queue only. */
  boolean awaitNoneOf(String queue, Duration limit) throws InterruptedException {
    return awaitNone(attempt -> attempt.row().queue().equals(queue), limit);
  }

  private boolean awaitNone(Predicate<Attempt> awaited, Duration limit)
      throws InterruptedException {
    long nanos = TimeUnit.NANOSECONDS.convert(limit); // 292 years at most
    lock.lock();
    try {
      boolean left = attempts.values().stream().anyMatch(awaited);
      while (left && !givenUp && nanos > 0) {
        nanos = fewer.awaitNanos(nanos);
        left = attempts.values().stream().anyMatch(awaited);
      }
      return !left;
    } finally {
      lock.unlock();
    }
  }
}
