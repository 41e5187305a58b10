package dev.river.internal.store;

import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What lies behind the connections that pools lend. */
final class PhysicalConnections {
  private static final Logger LOG = LoggerFactory.getLogger(PhysicalConnections.class);

  private PhysicalConnections() {}

  /** Something that is done on a connection. */
  @FunctionalInterface
  interface Restoring {
    void run() throws SQLException;
  }

  /**
   * Restores a setting of a connection with which everything is done already, or gives it back:
   * where that fails, the connection has ended, and what was stored still is.
   *
   * @param lent the connection
   * @param restoring restores the setting, or gives the connection back
   */
  static void restore(Connection lent, Restoring restoring) {
    try {
      restoring.run();
    } catch (SQLException | RuntimeException e) { // data sources of users are in it
      LOG.debug("a connection could not be restored, so it is ended", e);
      end(lent);
    }
  }

  /**
   * Closes a connection after a failure, which stays the one that is told.
   *
   * @param failure the failure, which remembers that of closing
   * @param connection the connection
   */
  static void closeAfter(Throwable failure, Connection connection) {
    try {
      connection.close();
    } catch (SQLException | RuntimeException e) { // data sources of users are in it
      failure.addSuppressed(e);
    }
  }

  /**
   * Ends a connection for good, so that no pool lends it again: it leads to a server that is of no
   * use, such as one that is read-only since a failover. The lent connection is still to be closed.
   */
  static void end(Connection lent) {
    try {
      if (lent.isWrapperFor(PGConnection.class)
          && lent.unwrap(PGConnection.class) instanceof Connection physical) {
        physical.abort(Runnable::run);
      } else {
        lent.abort(Runnable::run);
      }
      lent.createStatement().close(); // fails, by which pools notice that it is dead
    } catch (SQLException e) {
      LOG.debug("a connection has ended, as it should", e);
    }
  }
}
