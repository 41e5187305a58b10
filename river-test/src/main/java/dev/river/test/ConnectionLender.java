package dev.river.test;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lends one connection to one thread at a time, as a pool of one would. The thread that has it may
 * borrow it again, but use only one of the two while that is in a transaction: without a common
 * connection they would be independent, and here one would roll the other back.
 *
 * <p>Thread-safe.
 */
final class ConnectionLender {
  private static final String OTHER_WAY = "give the test a database of its own";

  private final Connection transaction;
  private final Duration patience;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition givenBack = lock.newCondition();
  private final Set<LentConnection> lent = new HashSet<>(); // guarded by lock
  private @Nullable Thread borrower; // guarded by lock
  private boolean ended; // guarded by lock

  /**
   * Creates it.
   *
   * @param transaction the connection
   * @param patience how long a thread waits for another one
   */
  ConnectionLender(Connection transaction, Duration patience) {
    this.transaction = transaction;
    this.patience = patience;
  }

  Connection lend() throws SQLException {
    lock.lock();
    try {
      awaitTurn();
      LentConnection connection = new LentConnection(this, JoinedConnection.to(transaction));
      lent.add(connection);
      borrower = Thread.currentThread();
      return connection.connection();
    } finally {
      lock.unlock();
    }
  }

  private void awaitTurn() throws SQLException {
    long left = patience.toNanos();
    while (!ended && borrower != null && !borrower.equals(Thread.currentThread())) {
      if (left <= 0) {
        throw new SQLTransientConnectionException(
            "a TransactionDataSource has one connection, which thread \"%s\" has not closed for %s: close it, or %s"
                .formatted(borrower.getName(), patience, OTHER_WAY));
      }
      try {
        left = givenBack.awaitNanos(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SQLTransientConnectionException(
            "interrupted while another thread had the connection of a TransactionDataSource", e);
      }
    }
    if (ended) {
      throw new SQLException("this TransactionDataSource is closed");
    }
  }

  /** Refuses to use a connection while another one is in a transaction. */
  void checkOthers(LentConnection connection) throws SQLException {
    lock.lock();
    try {
      for (LentConnection other : lent) {
        if (!other.equals(connection) && other.isInTransaction()) {
          throw new SQLException(
              "a TransactionDataSource has one connection, which is in a transaction already; a second"
                  + " one would not be independent of it: use the first, or "
                  + OTHER_WAY);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  void giveBack(LentConnection connection) throws SQLException {
    lock.lock();
    try {
      if (lent.remove(connection)) {
        connection.end();
      }
    } finally {
      if (lent.isEmpty()) {
        borrower = null;
        givenBack.signalAll();
      }
      lock.unlock();
    }
  }

  /** Takes back what is lent, whoever has it, and lends nothing more. */
  void end() throws SQLException {
    lock.lock();
    try {
      ended = true;
      givenBack.signalAll();
      for (LentConnection connection : List.copyOf(lent)) {
        giveBack(connection);
      }
    } finally {
      lock.unlock();
    }
  }
}
