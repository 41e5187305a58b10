package dev.river.internal.work;

import dev.river.internal.service.OwnThreads;
import dev.river.internal.service.Service;
import dev.river.work.CancelCause;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Cancels attempts that run too long. */
final class Timeouts implements Service {
  private final String clientId;
  private final ReentrantLock lifecycle = new ReentrantLock();
  private volatile @Nullable ScheduledThreadPoolExecutor timer; // written under lifecycle

  Timeouts(String clientId) {
    this.clientId = clientId;
  }

  @Override
  public void start() {
    lifecycle.lock();
    try {
      if (timer == null) {
        ScheduledThreadPoolExecutor created =
            new ScheduledThreadPoolExecutor(1, OwnThreads.platformFactory(clientId, "timeouts"));
        created.setRemoveOnCancelPolicy(true);
        timer = created;
      }
    } finally {
      lifecycle.unlock();
    }
  }

  @Override
  public void stop() {
    lifecycle.lock();
    try {
      ScheduledThreadPoolExecutor running = timer;
      if (running != null) {
        running.shutdownNow();
        running.close();
        timer = null;
      }
    } finally {
      lifecycle.unlock();
    }
  }

  /**
   * Runs something after a while, unless it is stopped before.
   *
   * @param delay how long to wait
   * @param task what is run; it must be quick
   */
  void runLater(Duration delay, Runnable task) {
    ScheduledThreadPoolExecutor running = timer;
    if (running != null && !running.isShutdown()) {
      Future<?> unused = running.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  /**
   * {@return a handle by which the timeout is called off}
   *
   * @param attempt what is cancelled
   * @param limit when, from now
   */
  Future<?> cancelAfter(Attempt attempt, Duration limit) {
    ScheduledThreadPoolExecutor running = timer;
    if (running == null) {
      throw new IllegalStateException("not started");
    }
    return running.schedule(
        () -> attempt.cancel(CancelCause.TIMEOUT),
        TimeUnit.NANOSECONDS.convert(limit), // 292 years at most
        TimeUnit.NANOSECONDS);
  }
}
