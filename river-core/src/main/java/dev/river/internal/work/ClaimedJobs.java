package dev.river.internal.work;

import dev.river.job.JobRow;
import dev.river.work.CancelCause;
import java.time.Duration;
import java.util.ArrayList;
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
import java.util.stream.Stream;

/** The jobs of a client from their claim until their result is stored. Thread-safe. */
public final class ClaimedJobs {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition fewer = lock.newCondition();
  private final Map<Long, Attempt> attempts = new HashMap<>(); // guarded by lock
  private boolean cancelling; // guarded by lock
  private boolean givenUp; // guarded by lock
  private final Suspicions suspicions = new Suspicions(); // guarded by lock

  /** Jobs that are claimed, and whose attempts can't begin yet; guarded by lock. */
  private final Map<Long, Held> held = new HashMap<>();

  private volatile Runnable whenSuspected = () -> {};

  /** Creates it without jobs. */
  public ClaimedJobs() {}

  /**
   * Sets who is told when there are jobs that {@link #takeSuspects} returns.
   *
   * @param listener is called on any thread; must not block
   */
  void onSuspects(Runnable listener) {
    whenSuspected = listener;
  }

  /** A job that is held, and whether its attempt is to end before it begins. */
  private record Held(JobRow row, boolean isCancelled) {}

  /**
   * Says that a claim begins. A cancellation may arrive before the answer to a claim does, and then
   * concerns the job that comes with it.
   *
   * @return the claim
   */
  long claimBegins() {
    lock.lock();
    try {
      return suspicions.claimBegins();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Says that the jobs of a claim were taken up or are held, or that there are none.
   *
   * @param claim the claim
   */
  void claimEnds(long claim) {
    lock.lock();
    try {
      suspicions.claimEnds(claim);
      suspicions.forgetAllBut(this::isKnown);
    } finally {
      lock.unlock();
    }
  }

  /** {@return how many hints of cancellations are kept} */
  int hints() {
    lock.lock();
    try {
      return suspicions.size();
    } finally {
      lock.unlock();
    }
  }

  private boolean isKnown(long id) {
    return attempts.containsKey(id) || held.containsKey(id);
  }

  /**
   * Takes note of jobs that were just claimed, and whose attempts can't begin yet. They are held
   * until {@link #add} takes up their attempts or {@link #remove} lets go of them. One that is
   * cancelled meanwhile ends without having begun.
   */
  void hold(Collection<JobRow> rows) {
    boolean suspected;
    lock.lock();
    try {
      rows.forEach(row -> held.put(row.id(), new Held(row, false)));
      suspected = rows.stream().anyMatch(row -> suspicions.isSuspect(row.id()));
    } finally {
      lock.unlock();
    }
    if (suspected) {
      whenSuspected.run();
    }
  }

  /** Takes up the attempts of jobs that were just claimed. */
  void add(List<Attempt> added) {
    boolean suspected;
    lock.lock();
    try {
      added.forEach(this::put);
      if (cancelling) {
        added.forEach(attempt -> attempt.cancel(CancelCause.STOP));
      }
      suspected = added.stream().anyMatch(attempt -> suspicions.isSuspect(attempt.row().id()));
    } finally {
      lock.unlock();
    }
    if (suspected) {
      whenSuspected.run();
    }
  }

  /** Who claims a job of its own again was taken for gone, or has just stored its result. */
  private void put(Attempt attempt) {
    Attempt former = attempts.put(attempt.row().id(), attempt);
    if (former != null) {
      former.cancel(CancelCause.LOST);
    }
    Held before = held.remove(attempt.row().id());
    if (before != null && before.isCancelled() && isSameAttempt(before.row(), attempt.row())) {
      attempt.cancel(CancelCause.REMOTE);
    }
  }

  /**
   * Lets go of jobs whose result is stored, or that were put back. Whoever claims first may be this
   * client again, before it gets here: such a job stays, because another attempt of it is on its
   * way.
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
        if (isHeld(row)) {
          held.remove(row.id());
        }
      }
      fewer.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean isHeld(JobRow row) {
    Held here = held.get(row.id());
    return here != null && isSameAttempt(here.row(), row);
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

  /** {@return the numbers of the jobs, those too whose attempts can't begin yet} */
  public List<Long> ids() {
    lock.lock();
    try {
      Set<Long> ids = new HashSet<>(attempts.keySet());
      ids.addAll(held.keySet());
      return List.copyOf(ids);
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

  /** {@return the jobs, as they were claimed, that may still be cancelled, begun or not} */
  List<JobRow> cancellable() {
    lock.lock();
    try {
      List<JobRow> rows = new ArrayList<>(undisturbed());
      held.values().stream().filter(job -> !job.isCancelled()).map(Held::row).forEach(rows::add);
      return rows;
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
   * Hears that a job was cancelled. That is a hint: anyone who may connect can send it, and it may
   * be about an earlier attempt. So nothing is interrupted before the row has been looked at.
   *
   * @param id the job, whether it runs here or not
   */
  public void suspect(long id) {
    lock.lock();
    try {
      if (!suspicions.mayBeBrought() && !isKnown(id)) {
        return;
      }
      suspicions.hear(id); // an attempt that we know of may be one that has just ended
    } finally {
      lock.unlock();
    }
    whenSuspected.run();
  }

  /**
   * {@return the jobs, as they were claimed, of which it was heard that they are cancelled} Each is
   * returned once for what was heard until now. Those that a claim may bring are kept.
   */
  List<JobRow> takeSuspects() {
    lock.lock();
    try {
      List<JobRow> taken =
          Stream.concat(
                  attempts.values().stream().map(Attempt::row),
                  held.values().stream().map(Held::row))
              .filter(row -> suspicions.isSuspect(row.id()))
              .toList();
      suspicions.looked();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Cancels an attempt because its job is cancelled, if it is the one that runs here or is to
   * begin. Only the first call interrupts.
   *
   * @param row the job as it was claimed
   */
  public void cancel(JobRow row) {
    lock.lock();
    try {
      Attempt attempt = attempts.get(row.id());
      if (attempt != null
          && isSameAttempt(attempt.row(), row)
          && !attempt.cancelCause().equals(Optional.of(CancelCause.REMOTE))) {
        attempt.cancel(CancelCause.REMOTE);
      }
      if (isHeld(row)) {
        held.put(row.id(), new Held(row, true));
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
