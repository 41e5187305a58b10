package dev.river.internal.work;

import dev.river.job.JobRow;
import dev.river.work.CancelCause;
import dev.river.work.StuckJob;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a job, from its claim until its result is stored. It can be cancelled at any time;
 * only the user's code is interrupted by that, never ours around it.
 */
final class Attempt {
  private final JobRow row;
  private final boolean kept;
  private final ReentrantLock lock = new ReentrantLock();
  private final Runnable slotFreed;
  private final AtomicBoolean holdsSlot = new AtomicBoolean(true);
  private @Nullable Thread inUserCode; // guarded by lock
  private long cancelledNanos; // guarded by lock
  private boolean reportedStuck; // guarded by lock
  private volatile @Nullable CancelCause cause; // written under lock
  private @Nullable CancelCause causeAtEnd; // owned by the attempt's thread
  private @Nullable Throwable failure; // owned by the attempt's thread
  private volatile boolean waitsForCarrier;

  /**
   * Creates it.
   *
   * @param row the job as it was claimed
   * @param kept whether the job is kept once it is completed
   * @param slotFreed is called when the attempt gives its slot back
   */
  Attempt(JobRow row, boolean kept, Runnable slotFreed) {
    this.row = row;
    this.kept = kept;
    this.slotFreed = slotFreed;
  }

  JobRow row() {
    return row;
  }

  boolean isKept() {
    return kept;
  }

  /** {@return why the attempt is to end early, if it is} */
  Optional<CancelCause> cancelCause() {
    return Optional.ofNullable(cause);
  }

  /**
   * {@return why the attempt was to end early when its worker ended} A cause that came after that
   * did not bring it about.
   */
  Optional<CancelCause> causeAtEnd() {
    return Optional.ofNullable(causeAtEnd);
  }

  /** Notes whether its virtual thread is started, but has not run yet. */
  void waitsForCarrier(boolean waits) {
    waitsForCarrier = waits;
  }

  /** {@return whether its virtual thread is started, but has not run yet} */
  boolean waitsForCarrier() {
    return waitsForCarrier;
  }

  /** {@return whether the user's code runs on a virtual thread now} */
  boolean runsOnVirtualThread() {
    lock.lock();
    try {
      return inUserCode != null && inUserCode.isVirtual();
    } finally {
      lock.unlock();
    }
  }

  /** Keeps what the user's code threw. */
  void failed(Throwable thrown) {
    failure = thrown;
  }

  /** {@return what the user's code threw, if it did} */
  Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  /**
   * Ends the attempt early: interrupts the user's code now or as soon as it begins. The first cause
   * stays; each call interrupts once more.
   */
  void cancel(CancelCause why) {
    lock.lock();
    try {
      if (cause == null) {
        cause = why;
        cancelledNanos = System.nanoTime();
      }
      if (inUserCode != null) {
        inUserCode.interrupt();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Gives the attempt's slot back to its queue, the first time that it is called. */
  void releaseSlot() {
    if (holdsSlot.getAndSet(false)) {
      slotFreed.run();
    }
  }

  /**
   * {@return a report, once, if the user's code goes on although it was interrupted}
   *
   * @param threshold how long it may do so
   */
  Optional<StuckJob> stuckFor(Duration threshold) {
    lock.lock();
    try {
      CancelCause why = cause;
      Thread thread = inUserCode;
      if (why == null || thread == null || reportedStuck) {
        return Optional.empty();
      }
      Duration since = Duration.ofNanos(System.nanoTime() - cancelledNanos);
      if (since.compareTo(threshold) < 0) {
        return Optional.empty();
      }
      reportedStuck = true;
      return Optional.of(new StuckJob(row, why, since, List.of(thread.getStackTrace())));
    } finally {
      lock.unlock();
    }
  }

  /**
   * {@return what the user's code returns} Whatever it does, the thread comes out uninterrupted.
   */
  <T> T callUserCode(Callable<T> code) throws Exception {
    enter();
    try {
      return code.call();
    } finally {
      leave();
    }
  }

  private void enter() throws InterruptedException {
    lock.lock();
    try {
      if (cause != null) {
        causeAtEnd = cause;
        throw new InterruptedException("cancelled before it began");
      }
      inUserCode = Thread.currentThread();
    } finally {
      lock.unlock();
    }
  }

  private void leave() {
    lock.lock();
    try {
      inUserCode = null;
      causeAtEnd = cause;
      Thread.interrupted(); // whether by us or by the user's code itself
    } finally {
      lock.unlock();
    }
  }
}
