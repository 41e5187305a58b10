package dev.river.examples;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for what an example expects, but not forever. */
final class Waiting {
  private static final int SECONDS = 30;

  private Waiting() {}

  static void until(CountDownLatch event) throws InterruptedException {
    if (!event.await(SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("nothing happened for %s seconds".formatted(SECONDS));
    }
  }

  static void until(BooleanSupplier happened) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (!happened.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("nothing happened for %s seconds".formatted(SECONDS));
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }
}
