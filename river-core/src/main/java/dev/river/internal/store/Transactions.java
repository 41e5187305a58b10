package dev.river.internal.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Function;
import org.jooq.DSLContext;

/** Begins and ends transactions on connections of our own. */
final class Transactions {
  private Transactions() {}

  /** {@return what the work returns} Its statements count all, or none does. */
  static <T> T atomically(Connection connection, DSLContext db, Function<DSLContext, T> work)
      throws SQLException {
    boolean autoCommitBefore = connection.getAutoCommit();
    connection.setAutoCommit(false);
    T result;
    try {
      result = committed(connection, db, work);
    } catch (Throwable e) {
      setAutoCommitAfter(e, connection, autoCommitBefore);
      throw e;
    }
    PhysicalConnections.restore(connection, () -> connection.setAutoCommit(autoCommitBefore));
    return result;
  }

  private static void setAutoCommitAfter(
      Throwable failure, Connection connection, boolean autoCommit) {
    try {
      if (!connection.isClosed()) {
        connection.setAutoCommit(autoCommit);
      }
    } catch (SQLException e) {
      failure.addSuppressed(e);
    }
  }

  /** {@return what the work returns} On a connection that doesn't commit by itself. */
  static <T> T committed(Connection connection, DSLContext db, Function<DSLContext, T> work)
      throws SQLException {
    try {
      T result = work.apply(db);
      connection.commit();
      return result;
    } catch (Throwable e) { // extensions of users are in it, which may throw anything
      if (e instanceof Error) {
        PhysicalConnections.end(connection); // the driver may have stopped amid an answer
      } else {
        rollBack(connection, e);
      }
      throw e;
    }
  }

  private static void rollBack(Connection connection, Throwable failure) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      failure.addSuppressed(e);
    }
  }
}
