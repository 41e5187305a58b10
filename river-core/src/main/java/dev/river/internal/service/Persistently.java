package dev.river.internal.service;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Does what must not be left out and can only fail for want of memory, which others give back: it
 * is tried again, for ten seconds.
 */
public final class Persistently {
  private static final int TRIES = 100;
  private static final long NANOS_BETWEEN_TRIES = TimeUnit.MILLISECONDS.toNanos(100);

  private Persistently() {}

  /**
   * Does a step.
   *
   * @param step does it, all or nothing
   */
  public static void run(Runnable step) {
    call(
        () -> {
          step.run();
          return true;
        });
  }

  /**
   * {@return what the step returns}
   *
   * @param <T> what it returns
   * @param step does it, all or nothing
   */
  public static <T> T call(Supplier<T> step) {
    for (int tries = 1; ; tries++) {
      try {
        return step.get();
      } catch (Throwable e) {
        if (tries == TRIES) {
          throw e;
        }
        LockSupport.parkNanos(NANOS_BETWEEN_TRIES);
      }
    }
  }
}
