package dev.river;

import dev.river.internal.service.OwnThreads;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the JVM from ending by itself while a client runs, whose own threads don't. */
final class KeepAlive {
  private static final Logger LOG = LoggerFactory.getLogger(KeepAlive.class);

  private KeepAlive() {}

  /**
   * Begins.
   *
   * @param clientId names the thread
   * @param ended says that the client has stopped
   */
  static void until(String clientId, CountDownLatch ended) {
    Thread thread = OwnThreads.platform(clientId, "keep-alive", () -> await(clientId, ended));
    thread.setDaemon(false);
    thread.start();
  }

  private static void await(String clientId, CountDownLatch ended) {
    try {
      ended.await();
    } catch (InterruptedException e) {
      LOG.error("client {}: someone interrupted what keeps its JVM alive", clientId, e);
    }
  }
}
