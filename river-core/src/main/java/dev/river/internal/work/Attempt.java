package dev.river.internal.work;

import dev.river.job.JobRow;
import dev.river.work.CancelCause;
import dev.river.work.JobContext;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a job, from its claim until its result is stored. It can be cancelled at any time;
 * only the user's code is interrupted by that, never ours around it.
 */
final class Attempt implements JobContext {
  private final JobRow row;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Thread inUserCode; // guarded by lock
  private volatile @Nullable CancelCause cause; // written under lock

  Attempt(JobRow row) {
    this.row = row;
  }

  JobRow row() {
    return row;
  }

  @Override
  public Optional<CancelCause> cancelCause() {
    return Optional.ofNullable(cause);
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
      }
      if (inUserCode != null) {
        inUserCode.interrupt();
      }
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
      Thread.interrupted(); // whether by us or by the user's code itself
    } finally {
      lock.unlock();
    }
  }
}
