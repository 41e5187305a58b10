package dev.river.test.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.river.test.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@RiverTest
class ConnectionLenderTest {
  private final Connection transaction;
  private final ConnectionLender lender;
  private final DataSource dataSource;

  ConnectionLenderTest(TestDatabase database) throws SQLException {
    this.transaction = database.dataSource().getConnection();
    this.lender = new ConnectionLender(transaction, Duration.ofMinutes(1));
    this.dataSource = lender.dataSource();
  }

  @BeforeEach
  void begin() throws SQLException {
    transaction.setAutoCommit(false);
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
    ConnectionLender impatient = new ConnectionLender(transaction, Duration.ofMillis(1));
    try (Connection mine = impatient.dataSource().getConnection()) {
      CompletableFuture<Connection> other =
          CompletableFuture.supplyAsync(() -> borrow(impatient.dataSource()));
      assertThat(mine.isClosed()).isFalse();
      assertThatThrownBy(() -> other.get(1, TimeUnit.MINUTES))
          .rootCause()
          .isInstanceOf(SQLTransientConnectionException.class)
          .hasMessage(
              "with isolation TRANSACTION a test has one connection, which thread \"%s\" has not"
                  + " closed for PT0.001S: close it, or use @RiverTest(isolation ="
                  + " Isolation.DATABASE)",
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
  void reclaimsWhatIsLentAndLendsOn() throws Exception {
    Connection left = dataSource.getConnection();
    FutureTask<Boolean> other = new FutureTask<>(this::borrowsAndGivesBack);
    awaitWaiting(start(other));

    lender.reclaim();

    assertThat(left.isClosed()).isTrue();
    assertThat(other.get(1, TimeUnit.MINUTES)).isTrue();
    left.close(); // once more
  }

  @Test
  void lendsNothingAfterItsEnd() throws Exception {
    Connection left = dataSource.getConnection();
    FutureTask<Boolean> other = new FutureTask<>(this::borrowsAndGivesBack);
    awaitWaiting(start(other));

    lender.end();

    assertThat(left.isClosed()).isTrue();
    assertThatThrownBy(() -> other.get(1, TimeUnit.MINUTES))
        .rootCause()
        .hasMessage("the test has ended, and its transaction with it");
    assertThatThrownBy(dataSource::getConnection)
        .hasMessage("the test has ended, and its transaction with it");
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
