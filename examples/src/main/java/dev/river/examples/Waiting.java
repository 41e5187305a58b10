package dev.river.examples;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits for what an example expects, but not forever. */
final class Waiting {
  private static final int SECONDS = 30;

  private Waiting() {}

  static void until(CountDownLatch event) throws InterruptedException {
    if (!event.await(SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("nothing happened for %d seconds".formatted(SECONDS));
    }
  }
}
