package dev.river;

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
    Thread.ofPlatform()
        .name("river-" + clientId + "-keep-alive")
        .inheritInheritableThreadLocals(false)
        .daemon(false)
        .start(() -> await(clientId, ended));
  }

  private static void await(String clientId, CountDownLatch ended) {
    try {
      ended.await();
    } catch (InterruptedException e) {
      LOG.error("client {}: someone interrupted what keeps its JVM alive", clientId, e);
    }
  }
}
