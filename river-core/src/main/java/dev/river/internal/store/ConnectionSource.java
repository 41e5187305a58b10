package dev.river.internal.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import javax.sql.DataSource;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes connections from a data source, and tells which of them are in a transaction that somebody
 * else has begun. Thread-safe.
 *
 * <p>Some data sources hand out the connection of the caller's transaction, for as long as that
 * lasts: Spring's {@code TransactionAwareDataSourceProxy}, or a pool that takes part in JTA. Such a
 * connection does not commit by itself; but neither do those of a pool with {@code
 * autoCommit=false}, and before the first statement of a transaction both look the same to the
 * driver. What tells them apart is a second connection that is taken while the first one is open: a
 * pool never lends one to two, and a transaction has only one. It gives that at once, too, so
 * nobody waits for the second: where there is none to be had, the first one is a pool's.
 */
final class ConnectionSource {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionSource.class);

  /** What is known to be a pool, or to connect each time; none of them knows of transactions. */
  private static final Set<String> POOLS =
      Set.of(
          "com.zaxxer.hikari.HikariDataSource",
          "org.apache.tomcat.jdbc.pool.DataSource",
          "org.apache.commons.dbcp2.BasicDataSource",
          "com.mchange.v2.c3p0.ComboPooledDataSource",
          "com.alibaba.druid.pool.DruidDataSource",
          "org.vibur.dbcp.ViburDBCPDataSource",
          "org.postgresql.ds.PGSimpleDataSource");

  /** How long a pool may take to look whether a connection still works. */
  private static final Duration LOOK = Duration.ofMillis(100);

  /** The same, where a moment ago none was left: then the wait is for others, and in vain. */
  private static final Duration LOOK_WHERE_NONE_IS_LEFT = Duration.ofMillis(1);

  private static final Duration MOMENT = Duration.ofSeconds(1);

  private final DataSource dataSource;
  private volatile long endOfMoment = System.nanoTime();

  /**
   * Creates it.
   *
   * @param dataSource gives the connections
   */
  ConnectionSource(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * A connection, to be given back.
   *
   * @param connection the connection
   * @param isCallers whether it is in a transaction of the caller's
   * @param isLent whether to close it gives it back
   */
  record Taken(Connection connection, boolean isCallers, boolean isLent) {
    /**
     * Gives it back. If that fails, what was done with it still is; one of our own is ended then,
     * while the caller's goes on with its transaction.
     */
    void giveBack() {
      if (isCallers) {
        closeCallers();
      } else if (isLent) {
        PhysicalConnections.restore(connection, connection::close);
      }
    }

    private void closeCallers() {
      if (isLent) {
        try {
          connection.close();
        } catch (SQLException | RuntimeException e) { // data sources of users are in it
          LOG.debug("the connection of a caller's transaction could not be given back", e);
        }
      }
    }
  }

  /** {@return a connection that is known to be in no transaction} For threads of our own. */
  Taken takeOwn() throws SQLException {
    return new Taken(dataSource.getConnection(), false, true);
  }

  /** {@return a connection that may be in a transaction of the calling thread} */
  Taken take() throws SQLException {
    Connection connection = dataSource.getConnection();
    try {
      return taken(connection);
    } catch (SQLException | RuntimeException | Error e) {
      PhysicalConnections.closeAfter(e, connection);
      throw e;
    }
  }

  /**
   * {@return whether a connection of this data source is in a transaction of the caller's}
   *
   * @param connection an open one, which the calling thread has taken
   */
  boolean isCallers(Connection connection) throws SQLException {
    return taken(connection).isCallers();
  }

  private Taken taken(Connection connection) throws SQLException {
    if (connection.getAutoCommit() || POOLS.contains(dataSource.getClass().getName())) {
      return new Taken(connection, false, true);
    }
    BaseConnection first = ofDriver(connection);
    try {
      return ShortWait.atMost(look(), () -> compared(connection, first))
          .orElseGet(() -> ofExhaustedPool(connection));
    } catch (SQLException e) {
      if (first.getTransactionState() != TransactionState.IDLE) {
        throw e;
      }
      return new Taken(connection, false, true); // a transaction would have had its connection
    }
  }

  @SuppressWarnings("ReferenceEquality") // one object for two takers is nobody's to give back
  private Taken compared(Connection connection, BaseConnection first) throws SQLException {
    Connection second = dataSource.getConnection();
    if (second == connection) {
      return new Taken(connection, true, false);
    }
    boolean isCallers = isSame(first, second);
    new Taken(second, isCallers, true).giveBack();
    return new Taken(connection, isCallers, true);
  }

  private static boolean isSame(BaseConnection first, Connection second) throws SQLException {
    try {
      return first.equals(ofDriver(second));
    } catch (SQLException | RuntimeException e) {
      PhysicalConnections.closeAfter(e, second);
      throw e;
    }
  }

  private Taken ofExhaustedPool(Connection connection) {
    endOfMoment = System.nanoTime() + MOMENT.toNanos();
    return new Taken(connection, false, true);
  }

  private Duration look() {
    return System.nanoTime() - endOfMoment < 0 ? LOOK_WHERE_NONE_IS_LEFT : LOOK;
  }

  private static BaseConnection ofDriver(Connection connection) throws SQLException {
    if (!connection.isWrapperFor(BaseConnection.class)) {
      throw new IllegalStateException(
          "connections that don't commit by themselves must unwrap to the PostgreSQL driver's, or"
              + " it can't be told whose transaction they are in, got: "
              + connection.getClass().getName());
    }
    return connection.unwrap(BaseConnection.class);
  }
}
