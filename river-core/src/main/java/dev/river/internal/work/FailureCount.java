package dev.river.internal.work;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/** Counts failures, and lets so many of them be logged in a window of time. Thread-safe. */
final class FailureCount {
  private final int most;
  private final Duration window;
  private final ReentrantLock lock = new ReentrantLock();
  private boolean open; // guarded by lock
  private long began; // guarded by lock
  private int logged; // guarded by lock
  private long leftOut; // guarded by lock

  FailureCount(int most, Duration window) {
    this.most = most;
    this.window = window;
  }

  /**
   * What becomes of a failure.
   *
   * @param isLogged whether it is logged
   * @param isFirstLeftOut whether it is the first of its window that is not
   * @param untold how many were left out before its window, which nobody has told
   */
  record Verdict(boolean isLogged, boolean isFirstLeftOut, long untold) {}

  /**
   * {@return what becomes of a failure}
   *
   * @param nanos the present, by the nano clock
   * @param always whether it is logged in any case
   */
  Verdict next(long nanos, boolean always) {
    lock.lock();
    try {
      long untold = 0;
      if (!open || nanos - began >= window.toNanos()) {
        untold = reset();
        open = true;
        began = nanos;
      }
      if (always || logged < most) {
        logged++;
        return new Verdict(true, false, untold);
      }
      leftOut++;
      return new Verdict(false, leftOut == 1, untold);
    } finally {
      lock.unlock();
    }
  }

  /** {@return how many were left out that nobody has told; a new window begins} */
  long takeUntold() {
    lock.lock();
    try {
      return reset();
    } finally {
      lock.unlock();
    }
  }

  private long reset() {
    long untold = leftOut;
    leftOut = 0;
    logged = 0;
    open = false;
    return untold;
  }
}
