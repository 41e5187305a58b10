package dev.river.test.fault;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A fault that a {@link FaultyDataSource} was told of. Thread-safe.
 *
 * <pre>{@code
 * Fault lost = faults.failCompletion().connectionLostBefore();
 * client.insert(new SortArgs(List.of("whale")));
 * lost.await(Duration.ofSeconds(10));
 * }</pre>
 */
public final class Fault {
  private final String description;
  private final AtomicInteger count = new AtomicInteger();
  private final CountDownLatch first = new CountDownLatch(1);

  Fault(String description) {
    this.description = description;
  }

  /** {@return whether it has happened at least once} */
  public boolean hasHappened() {
    return count() > 0;
  }

  /** {@return how often it has happened} */
  public int count() {
    return count.get();
  }

  /**
   * Waits until it has happened.
   *
   * @param patience how long to wait at most
   * @throws AssertionError if it doesn't happen in that time
   * @throws InterruptedException if the thread is interrupted
   */
  public void await(Duration patience) throws InterruptedException {
    if (!first.await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new AssertionError(
          "this fault must happen within %s, but did not: %s".formatted(patience, this));
    }
  }

  void happen() {
    count.incrementAndGet();
    first.countDown();
  }

  /** {@return what happens, and when} */
  @Override
  public String toString() {
    return description;
  }
}
