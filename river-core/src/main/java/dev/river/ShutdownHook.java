package dev.river;

import dev.river.internal.service.OwnThreads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stops a client when its JVM is told to end. */
final class ShutdownHook {
  private static final Logger LOG = LoggerFactory.getLogger(ShutdownHook.class);

  private final Thread thread;

  /**
   * Creates it.
   *
   * @param clientId names its thread
   * @param stop stops the client; must end by itself, because the JVM waits for it
   */
  ShutdownHook(String clientId, Runnable stop) {
    this.thread = OwnThreads.platform(clientId, "shutdown", () -> run(clientId, stop));
  }

  private static void run(String clientId, Runnable stop) {
    try {
      stop.run();
    } catch (Throwable e) {
      LOG.error("client {}: could not be stopped at the end of its JVM", clientId, e);
    }
  }

  /**
   * Waits for the end of the JVM.
   *
   * @throws IllegalStateException if that has begun
   */
  void register() {
    Runtime.getRuntime().addShutdownHook(thread);
  }

  /** Waits no longer. Does nothing while the JVM ends, which is when the hook itself stops. */
  void unregister() {
    try {
      Runtime.getRuntime().removeShutdownHook(thread);
    } catch (IllegalStateException e) {
      LOG.debug("{} stays: {}", thread.getName(), e.getMessage());
    }
  }
}
