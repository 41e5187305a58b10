package dev.river.internal.service;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

/** Waits that an interruption of the waiting thread does not end; it stays set for the caller. */
public final class Uninterruptibly {
  private Uninterruptibly() {}

  /**
   * Waits until a thread has ended.
   *
   * @param thread a started one
   */
  public static void join(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Takes a lock.
   *
   * @param lock the lock
   * @param limit how long to wait at most
   * @return whether it was taken
   */
  public static boolean tryLock(Lock lock, Duration limit) {
    long end = System.nanoTime() + TimeUnit.NANOSECONDS.convert(limit);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return lock.tryLock(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
