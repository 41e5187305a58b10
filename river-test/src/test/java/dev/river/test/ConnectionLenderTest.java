package dev.river.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.river.test.postgres.TestDatabase;
import dev.river.test.postgres.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

class ConnectionLenderTest {
  private static final String BOTH_IN_TRANSACTIONS =
      "a TransactionDataSource has one connection, which is in a transaction already; a second one"
          + " would not be independent of it: use the first, or give the test a database of its own";

  private static TestDatabase database;

  private Connection transaction;
  private TransactionDataSource dataSource;

  @BeforeAll
  static void createDatabase() {
    database = TestPostgres.shared().createEmptyDatabase();
  }

  @AfterAll
  static void dropDatabase() {
    database.close();
  }

  @BeforeEach
  void begin() throws SQLException {
    transaction = database.dataSource().getConnection();
    transaction.setAutoCommit(false);
    dataSource = new TransactionDataSource(transaction, Duration.ofMinutes(1));
  }

  @AfterEach
  void end() throws SQLException {
    transaction.close();
  }

  @Test
  void otherThreadsWaitForTheirTurn() throws Exception {
    FutureTask<Boolean> other = new FutureTask<>(this::borrowsAndGivesBack);
    try (Connection connection = dataSource.getConnection()) {
      awaitWaiting(start(other));
      assertThat(connection.isClosed()).isFalse();
    }
    assertThat(other.get(1, TimeUnit.MINUTES)).isTrue();
  }

  @Test
  void whoWaitsTooLongIsToldWhoHasTheConnection() throws Exception {
    var impatient = new TransactionDataSource(transaction, Duration.ofMillis(1));
    try (Connection mine = impatient.getConnection()) {
      CompletableFuture<Connection> other = CompletableFuture.supplyAsync(() -> borrow(impatient));
      assertThat(mine.isClosed()).isFalse();
      assertThatThrownBy(() -> other.get(1, TimeUnit.MINUTES))
          .rootCause()
          .isInstanceOf(SQLTransientConnectionException.class)
          .hasMessage(
              "a TransactionDataSource has one connection, which thread \"%s\" has not closed for"
                  + " PT0.001S: close it, or give the test a database of its own",
              Thread.currentThread().getName());
    }
  }

  @Test
  void aThreadThatIsInterruptedWaitsNoLonger() throws Exception {
    FutureTask<Boolean> other = new FutureTask<>(this::borrowsAndGivesBack);
    try (Connection connection = dataSource.getConnection()) {
      Thread waiting = start(other);
      awaitWaiting(waiting);
      waiting.interrupt();
      assertThatThrownBy(() -> other.get(1, TimeUnit.MINUTES))
          .rootCause()
          .isInstanceOf(InterruptedException.class);
      assertThat(connection.isClosed()).isFalse();
    }
  }

  @Test
  void refusesASecondConnectionWhileOneIsInATransaction() throws SQLException {
    try (Connection one = dataSource.getConnection();
        Connection two = dataSource.getConnection()) {
      two.setAutoCommit(false);
      assertThatThrownBy(one::createStatement).hasMessage(BOTH_IN_TRANSACTIONS);
      assertThatThrownBy(() -> one.setAutoCommit(false)).hasMessage(BOTH_IN_TRANSACTIONS);
      two.setAutoCommit(true);
      one.createStatement().close();
    }
  }

  @Test
  void itsConnectionsAreDifferent() throws SQLException {
    try (Connection one = dataSource.getConnection();
        Connection two = dataSource.getConnection()) {
      assertThat(Set.of(one, two)).hasSize(2).contains(one, two);
      assertThat(one.unwrap(PGConnection.class)).isSameAs(two.unwrap(PGConnection.class));
    }
  }

  @Test
  void closesWhatIsLentAndLendsNothingMore() throws Exception {
    Connection left = dataSource.getConnection();
    FutureTask<Boolean> other = new FutureTask<>(this::borrowsAndGivesBack);
    awaitWaiting(start(other));

    dataSource.close();

    assertThat(left.isClosed()).isTrue();
    assertThatThrownBy(() -> other.get(1, TimeUnit.MINUTES))
        .rootCause()
        .hasMessage("this TransactionDataSource is closed");
    assertThatThrownBy(dataSource::getConnection)
        .hasMessage("this TransactionDataSource is closed");
    assertThat(transaction.isClosed()).isFalse();
    left.close(); // once more
  }

  private boolean borrowsAndGivesBack() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return connection.isValid(60);
    }
  }

  private static Connection borrow(DataSource dataSource) {
    try {
      return dataSource.getConnection();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Thread start(FutureTask<?> task) {
    return Thread.ofPlatform().daemon().start(task);
  }

  private static void awaitWaiting(Thread thread) {
    await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
  }
}
