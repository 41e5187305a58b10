package dev.river.bench.postgres;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what is to come, but not for ever. */
public final class Waiting {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(2);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Waiting() {}

  /**
   * Waits a minute at most.
   *
   * @param condition what is waited for
   * @param words the same in words, for the message
   * @throws IllegalStateException if it doesn't come
   */
  public static void until(BooleanSupplier condition, String words) {
    if (!until(condition, PATIENCE)) {
      throw new IllegalStateException("waited %s in vain until %s".formatted(PATIENCE, words));
    }
  }

  /** Lets time pass. */
  public static void pass(Duration time) {
    until(() -> false, time);
  }

  /**
   * {@return whether it came in time}
   *
   * @param condition what is waited for
   * @param patience how long at most
   */
  public static boolean until(BooleanSupplier condition, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline >= 0) {
        return false;
      }
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    }
    return true;
  }
}
