package dev.river;

import dev.river.internal.store.PoolSize;
import java.util.OptionalInt;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many connections the threads of a running client take at the same time at most. What its
 * workers and the rest of the application need comes on top.
 *
 * @param always while it doesn't lead
 * @param leading while it leads
 */
record ConnectionNeeds(int always, int leading) {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionNeeds.class);

  /** The session, which is kept. */
  private static final int SESSION = 1;

  /**
   * For a moment at a time: queues, completer, large-results, periodic, cancel-watch, presence,
   * elector, client-rescuer, rescue-watch, oldest-attempt, progress, hints.
   */
  private static final int SERVICES = 12;

  /**
   * For a moment at a time: scheduler, cleaner, queue-cleaner, vacuum-watch, queue-watch,
   * job-rescuer; and reindexer, which needs two while it rebuilds an index.
   */
  private static final int DUTIES = 8;

  /**
   * {@return what a client needs}
   *
   * @param queues how many queues it works
   * @param pollOnly whether it does without a session
   */
  static ConnectionNeeds of(int queues, boolean pollOnly) {
    int always = queues + SERVICES + (pollOnly ? 0 : SESSION);
    return new ConnectionNeeds(always, always + DUTIES);
  }

  /**
   * Warns if the pool of a client that starts is too small even while it doesn't lead, as far as
   * the pool says how large it is.
   *
   * @param clientId the client
   * @param dataSource its pool
   */
  void warnIfTooManyFor(String clientId, DataSource dataSource) {
    OptionalInt most = PoolSize.of(dataSource);
    if (most.isPresent() && most.getAsInt() < always) {
      LOG.warn(
          "client {}: its pool gives {} connections at most, but the client takes up to {} at the"
              + " same time, and {} while it leads, beside what workers and the application need:"
              + " jobs and inserts will wait for connections",
          clientId,
          most.getAsInt(),
          always,
          leading);
    }
  }
}
