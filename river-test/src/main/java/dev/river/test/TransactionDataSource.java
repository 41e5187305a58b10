package dev.river.test;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.Objects;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A data source for code that wants one, although all of a test is to happen in one transaction:
 * its connections are that transaction.
 *
 * <pre>{@code
 * try (Connection connection = dataSource.getConnection()) {
 *   connection.setAutoCommit(false);
 *   new OrderService(new TransactionDataSource(connection)).placeOrder(7); // commits, as it believes
 *   RiverAssertions.requireInserted(connection, ReceiptArgs.class);
 *   connection.rollback();
 * }
 * }</pre>
 *
 * <p>A commit on one of its connections makes a savepoint final, a rollback returns to it, and each
 * statement of one that commits by itself has a savepoint of its own; so a statement that fails
 * does not spoil the transaction. Nobody else sees what was committed so, and {@code now()} stands
 * still.
 *
 * <p>If the connection that it is made of commits by itself when it is asked for one, it is handed
 * out as it is, but for {@code close()}.
 *
 * <p>It is as a pool of one connection: other threads wait for ten seconds until it is closed. One
 * thread may have several open, but while one of them is in a transaction, another one refuses its
 * statements: anywhere else it would be independent of that transaction, and here it would be
 * committed or rolled back with it.
 *
 * <p>Thread-safe.
 */
public final class TransactionDataSource implements DataSource, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ConnectionLender lender;

  /**
   * Creates it.
   *
   * @param transaction the connection whose transaction it is, which stays the caller's to end and
   *     to close
   */
  public TransactionDataSource(Connection transaction) {
    this(transaction, PATIENCE);
  }

  TransactionDataSource(Connection transaction, Duration patience) {
    this.lender =
        new ConnectionLender(Objects.requireNonNull(transaction, "transaction"), patience);
  }

  @Override
  public Connection getConnection() throws SQLException {
    return lender.lend();
  }

  /**
   * Closes its connections that are still open, whichever thread has them, and gives no more of
   * them. What they have committed stays, and the transaction goes on. Need not be called if
   * nothing is left open; does nothing the second time.
   *
   * @throws SQLException if what they have not committed can't be undone
   */
  @Override
  public void close() throws SQLException {
    lender.end();
  }

  /**
   * {@return what {@link #getConnection()} returns}
   *
   * @param username is not looked at
   * @param password is not looked at
   */
  @Override
  public Connection getConnection(String username, String password) throws SQLException {
    return getConnection();
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter out) throws SQLException {
    throw new SQLFeatureNotSupportedException("a TransactionDataSource writes no log");
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    throw new SQLFeatureNotSupportedException("a TransactionDataSource does not log in");
  }

  @Override
  public int getLoginTimeout() {
    return 0;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException("a TransactionDataSource writes no log");
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    if (!isWrapperFor(type)) {
      throw new SQLException("a TransactionDataSource wraps no " + type.getName());
    }
    return type.cast(this);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return type.isInstance(this);
  }
}
