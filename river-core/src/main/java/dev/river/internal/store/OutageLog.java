package dev.river.internal.store;

import dev.river.error.DatabaseException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the outages of a client's database: a line when one begins, and a line when it is over,
 * however many parts of the client are affected and however often they try. Thread-safe.
 */
final class OutageLog {
  private static final Logger LOG = LoggerFactory.getLogger(OutageLog.class);

  /** Every part of a client tries again within two seconds. */
  private static final Duration QUIET = Duration.ofSeconds(3);

  private final String clientId;
  private final Duration quiet;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile boolean away; // written under lock
  private long begin; // guarded by lock
  private long lastFailure; // guarded by lock

  /**
   * Creates it.
   *
   * @param clientId the client
   */
  OutageLog(String clientId) {
    this(clientId, QUIET);
  }

  OutageLog(String clientId, Duration quiet) {
    this.clientId = clientId;
    this.quiet = quiet;
  }

  /** Notes that the database was away. */
  void failed(DatabaseException failure) {
    lock.lock();
    try {
      lastFailure = System.nanoTime();
      if (!away) {
        away = true;
        begin = lastFailure;
        LOG.warn(
            "client {}: the database is away, it goes on when that is back: {}",
            clientId,
            failure.getMessage());
        LOG.debug("client {}: the first failure", clientId, failure);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Notes that the database did what it was asked for. */
  void succeeded() {
    if (away) {
      lock.lock();
      try {
        long now = System.nanoTime();
        if (away && now - lastFailure >= quiet.toNanos()) {
          away = false;
          LOG.info(
              "client {}: the database is back after {} s",
              clientId,
              Duration.ofNanos(lastFailure - begin).toSeconds());
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
