package dev.river.test.postgres;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Drops databases in the background. A server needs a moment to see that a connection to one is
 * gone, for which it waits a tenth of a second.
 */
final class Dropper {
  private static final int MOST_WAITING = 8;
  private static final int STOP_SECONDS = 60;

  /** Its thread ends when there is nothing to do; with too much to do, the caller does it. */
  private final ThreadPoolExecutor executor =
      new ThreadPoolExecutor(
          1,
          1,
          1,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MOST_WAITING),
          work -> Thread.ofPlatform().daemon().name("river-test-postgres-drop").unstarted(work),
          new ThreadPoolExecutor.CallerRunsPolicy());

  Dropper() {
    executor.allowCoreThreadTimeOut(true);
  }

  /**
   * Drops a database. A failure is printed, unless the JVM ends: then a server that was started
   * here may have ended first, and another one is asked again. Does nothing after the stop.
   */
  void execute(Runnable drop) {
    executor.execute(
        () -> {
          try {
            drop.run();
          } catch (IllegalStateException e) {
            if (!jvmEnds()) {
              throw e;
            }
          }
        });
  }

  /** {@return whether the JVM refuses to do more at its end, because that has come} */
  private static boolean jvmEnds() {
    Thread hook = new Thread(() -> {});
    try {
      Runtime.getRuntime().addShutdownHook(hook);
      Runtime.getRuntime().removeShutdownHook(hook);
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }

  /** Waits for what is being dropped and leaves the rest. */
  void stop() {
    executor.shutdownNow();
    try {
      if (!executor.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException(
            "a database is still being dropped after %s s".formatted(STOP_SECONDS));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
