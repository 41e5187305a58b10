package dev.river.internal.service;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Wakes one waiting thread. A signal that comes while nobody waits is kept, several become one. */
final class Signal {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition given = lock.newCondition();
  private volatile boolean pending;

  /** Creates a signal that was not given. */
  public Signal() {}

  /** Gives the signal. */
  public void give() {
    if (pending) {
      return; // the waiting thread clears it before it looks for work, so it will see ours
    }
    lock.lock();
    try {
      pending = true;
      given.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for the signal and takes it.
   *
   * @param limit how long to wait at most
   * @throws InterruptedException if the thread is interrupted
   */
  public void await(Duration limit) throws InterruptedException {
    long nanos = TimeUnit.NANOSECONDS.convert(limit); // 292 years at most
    lock.lock();
    try {
      while (!pending && nanos > 0) {
        nanos = given.awaitNanos(nanos);
      }
      pending = false;
    } finally {
      lock.unlock();
    }
  }
}
