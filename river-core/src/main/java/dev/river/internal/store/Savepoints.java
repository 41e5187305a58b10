package dev.river.internal.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.function.Supplier;
import org.jooq.DSLContext;

/** Lets a transaction go on after a part of it has failed. */
final class Savepoints {
  private Savepoints() {}

  /** Statements on a connection. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws SQLException;
  }

  /**
   * {@return what the work returns} If it throws, the transaction is as it was before.
   *
   * @param <T> what the work returns
   * @param connection the connection, in a transaction
   * @param work the statements
   */
  static <T> T behind(Connection connection, Work<T> work) throws SQLException {
    Savepoint before = connection.setSavepoint();
    T result;
    try {
      result = work.run();
    } catch (Throwable e) { // extensions and streams of users are in it, which may throw anything
      rollBack(connection, before, e);
      throw e;
    }
    connection.releaseSavepoint(before);
    return result;
  }

  /**
   * {@return what the work returns} If it throws, the transaction is as it was before.
   *
   * @param <T> what the work returns
   * @param db the transaction, or a connection on which each statement is one
   * @param work the statements, or a single one
   */
  static <T> T behind(DSLContext db, Supplier<T> work) {
    return db.connectionResult(
        connection -> {
          try {
            return connection.getAutoCommit()
                ? work.get()
                : behind(connection, (Work<T>) work::get);
          } catch (SQLException e) {
            throw DatabaseErrors.translate(e);
          }
        });
  }

  /**
   * What has failed may have left the thread interrupted. A statement of a virtual thread would
   * lose the connection then, so that flag waits.
   */
  private static void rollBack(Connection connection, Savepoint before, Throwable failure) {
    boolean interrupted = Thread.interrupted();
    try {
      connection.rollback(before);
      connection.releaseSavepoint(before); // else each failure nests the transaction further
    } catch (SQLException e) {
      failure.addSuppressed(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
