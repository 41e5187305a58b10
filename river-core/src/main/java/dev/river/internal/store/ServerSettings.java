package dev.river.internal.store;

import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.inline;

import java.sql.Connection;
import java.sql.SQLException;
import org.jooq.DSLContext;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client finds on the way to its database and has to allow for. It looks once, with one
 * statement before its first own one. Thread-safe.
 *
 * <ul>
 *   <li>A pooler such as PgBouncer gives each transaction any connection to the server, on which
 *       statements that the driver has prepared may be missing. So our own aren't prepared.
 *   <li>Our statements are made for the isolation level READ COMMITTED. Where a role or a database
 *       has another default, our own transactions set theirs.
 * </ul>
 */
final class ServerSettings {
  private static final Logger LOG = LoggerFactory.getLogger(ServerSettings.class);
  private static final String READ_COMMITTED = "read committed";

  private final String clientId;
  private volatile @Nullable Found found;

  /**
   * Creates it.
   *
   * @param clientId the client
   */
  ServerSettings(String clientId) {
    this.clientId = clientId;
  }

  private record Found(boolean pooler, boolean readCommitted) {}

  /** Statements on a connection of our own. */
  @FunctionalInterface
  interface Statements<T> {
    T run() throws SQLException;
  }

  /**
   * {@return what statements return} They run on a connection of our own, not prepared if need be.
   *
   * @param connection the connection
   * @param db its context
   * @param statements what to run
   */
  <T> T allowingFor(Connection connection, DSLContext db, Statements<T> statements)
      throws SQLException {
    Found now = found;
    if (now == null) {
      now = look(connection, db);
      found = now;
    }
    return now != null && now.pooler() ? unprepared(connection, statements) : statements.run();
  }

  /** {@return whether a transaction that begins on a connection has to set its isolation level} */
  boolean isIsolationToBeSet(Connection connection) throws SQLException {
    Found now = found;
    return now != null && !now.readCommitted() && !isInTransaction(connection);
  }

  private static boolean isInTransaction(Connection connection) throws SQLException {
    return connection.isWrapperFor(BaseConnection.class)
        && connection.unwrap(BaseConnection.class).getTransactionState() != TransactionState.IDLE;
  }

  private @Nullable Found look(Connection connection, DSLContext db) throws SQLException {
    if (!connection.isWrapperFor(PGConnection.class) || isInTransaction(connection)) {
      return null; // a transaction that is under way stays as it is
    }
    // not prepared either, as long as nobody knows whether that is possible
    var row =
        unprepared(
            connection,
            () ->
                db.select(
                        function("pg_backend_pid", SQLDataType.INTEGER),
                        function(
                            "current_setting",
                            SQLDataType.CLOB,
                            inline("default_transaction_isolation")))
                    .fetchSingle());
    if (!connection.getAutoCommit()) {
      connection.rollback();
    }
    PGConnection physical = connection.unwrap(PGConnection.class);
    boolean pooler = physical.getBackendPID() != row.value1();
    if (pooler && physical.getPrepareThreshold() != 0) {
      LOG.info(
          "client {}: a pooler lies between it and the database, so its statements are not prepared"
              + " there; prepareThreshold=0 in the JDBC URL does the same for all statements",
          clientId);
    }
    return new Found(pooler, row.value2().equals(READ_COMMITTED));
  }

  private static <T> T unprepared(Connection connection, Statements<T> statements)
      throws SQLException {
    PGConnection physical = connection.unwrap(PGConnection.class);
    int before = physical.getPrepareThreshold();
    physical.setPrepareThreshold(0);
    try {
      return statements.run();
    } finally {
      physical.setPrepareThreshold(before);
    }
  }
}
