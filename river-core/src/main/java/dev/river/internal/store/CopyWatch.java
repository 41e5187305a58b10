package dev.river.internal.store;

import dev.river.internal.service.OwnThreads;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.postgresql.copy.CopyIn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that the jobs of a COPY are made with the very connection into which they are copied. The
 * driver lets any other statement there wait for the end of the COPY, which in turn would wait for
 * that statement for ever, with its locks. The COPY is cancelled then, so the statement fails.
 *
 * <p>The driver has no word for it, so this looks from time to time whether the thread that copies
 * waits there.
 */
final class CopyWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CopyWatch.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);
  private static final String DRIVER = "org.postgresql.core.v3.QueryExecutorImpl";
  private static final String WAIT = "waitOnLock";

  private final CopyIn copy;
  private final Thread copying = Thread.currentThread();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean hasCancelled;

  private CopyWatch(CopyIn copy) {
    this.copy = copy;
  }

  /** {@return what watches a COPY of the calling thread, until it is closed} */
  static CopyWatch over(CopyIn copy) {
    CopyWatch watch = new CopyWatch(copy);
    OwnThreads.virtual("river-copy-watch", watch::look).start();
    return watch;
  }

  private void look() {
    try {
      while (!ended.await(BETWEEN_LOOKS.toNanos(), TimeUnit.NANOSECONDS)) {
        if (waitsForItself()) {
          hasCancelled = true; // first: the waiting thread goes on as soon as it is cancelled
          copy.cancelCopy();
          return;
        }
      }
    } catch (InterruptedException e) {
      LOG.error("someone interrupted the watch over a COPY, which ends it", e);
    } catch (SQLException e) {
      LOG.warn("a COPY that waits for itself could not be cancelled", e);
    }
  }

  private boolean waitsForItself() {
    return Arrays.stream(copying.getStackTrace())
        .anyMatch(
            frame -> frame.getMethodName().equals(WAIT) && frame.getClassName().equals(DRIVER));
  }

  /**
   * Throws, if the COPY was cancelled from here.
   *
   * @param failure what became of the statement
   */
  void explain(Throwable failure) {
    if (hasCancelled) {
      throw new IllegalStateException(
          "the jobs of insertManyFast must not be made with the connection into which they are"
              + " copied, because nothing else runs on it before the stream has ended: read what"
              + " they are made of first, or with another connection",
          failure);
    }
  }

  @Override
  public void close() {
    ended.countDown();
  }
}
