package dev.river.internal.store;

import dev.river.internal.service.OwnThreads;
import dev.river.internal.service.Uninterruptibly;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a wait of the calling thread for a connection, for which data sources have no word of their
 * own: by an interruption, of which nothing is left behind.
 */
final class ShortWait {
  private static final Logger LOG = LoggerFactory.getLogger(ShortWait.class);

  private final Thread waiting = Thread.currentThread();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread watch;
  private volatile boolean hasInterrupted;

  private ShortWait(Duration limit) {
    this.watch = OwnThreads.virtual("river-short-wait", () -> watch(limit));
  }

  /** Takes something for which it may have to wait. */
  @FunctionalInterface
  interface Taking<T> {
    T take() throws SQLException;
  }

  /**
   * {@return what was taken; empty if that took too long and was given up}
   *
   * @param <T> what is taken
   * @param limit how long the calling thread may wait
   * @param taking takes it; where an interruption doesn't end its wait, it waits on
   * @throws SQLException if it could not be taken, for another reason
   */
  static <T> Optional<T> atMost(Duration limit, Taking<T> taking) throws SQLException {
    boolean interruptedBefore = Thread.interrupted(); // which would end the wait at once
    try {
      return new ShortWait(limit).take(taking);
    } finally {
      if (interruptedBefore) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private <T> Optional<T> take(Taking<T> taking) throws SQLException {
    watch.start();
    try {
      return Optional.of(taking.take());
    } catch (SQLException e) {
      end();
      if (hasInterrupted) {
        LOG.debug("there was no connection at once", e);
        return Optional.empty();
      }
      throw e;
    } finally {
      end();
    }
  }

  private void watch(Duration limit) {
    try {
      if (!ended.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
        hasInterrupted = true;
        waiting.interrupt();
      }
    } catch (InterruptedException e) {
      LOG.error("someone interrupted the watch over a wait for a connection, which ends it", e);
    }
  }

  /** After this no interruption comes from here any more, and none is left. */
  private void end() {
    ended.countDown();
    Uninterruptibly.join(watch);
    if (hasInterrupted) {
      Thread.interrupted();
    }
  }
}
