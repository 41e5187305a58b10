package dev.river.test.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.StringReader;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Types;
import java.sql.Wrapper;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

class FaultyDataSourceTest {
  @RegisterExtension final FaultDatabase database = new FaultDatabase();

  private FaultyDataSource faults;

  @BeforeEach
  void wrap() {
    faults = FaultyDataSource.around(database.dataSource());
  }

  @Test
  void changesNothingUntilAFaultIsArmed() throws Exception {
    try (Connection connection = faults.getConnection();
        PreparedStatement insert = connection.prepareStatement("INSERT INTO ledger VALUES (?)");
        CallableStatement call = connection.prepareCall("{? = call upper(?)}")) {
      insert.setString(1, "a");
      assertThat(insert.executeUpdate()).isOne();
      insert.setString(1, "b");
      insert.addBatch();
      insert.setString(1, "c");
      insert.addBatch();
      assertThat(insert.executeBatch()).containsExactly(1, 1);
      call.registerOutParameter(1, Types.VARCHAR);
      call.setString(2, "x");
      call.execute();
      assertThat(call.getString(1)).isEqualTo("X");
      assertThat(connection.isValid(5)).isTrue();
      assertThat(connection.isClosed()).isFalse();
    }

    database.awaitLedger("a", "b", "c");
    assertThat(faults.happened()).isEmpty();
  }

  @Test
  void canBeUnwrapped() throws Exception {
    try (Connection connection = faults.getConnection();
        Statement statement = connection.createStatement()) {
      assertThat(connection.isWrapperFor(PGConnection.class)).isTrue();
      assertThat(connection.unwrap(PGConnection.class).getBackendPID()).isPositive();
      assertThat(connection.unwrap(Connection.class)).isSameAs(connection);
      assertThat(connection.isWrapperFor(DataSource.class)).isFalse();
      assertThat(statement.unwrap(Statement.class)).isSameAs(statement);
      assertThat(statement.getConnection()).isSameAs(connection);
      assertThat(new HashSet<Wrapper>(List.of(connection, statement)))
          .contains(connection, statement);
      assertThat(connection).asString().startsWith("faulty ");
    }
    assertThat(faults.unwrap(FaultyDataSource.class)).isSameAs(faults);
    Class<?> source = database.dataSource().getClass();
    assertThat(faults.isWrapperFor(source)).isTrue();
    assertThat(faults.unwrap(source)).isSameAs(database.dataSource());
    assertThat(faults.isWrapperFor(Connection.class)).isFalse();
    assertThat(faults.unwrap(Wrapper.class)).isSameAs(faults);
  }

  // refused

  @Test
  void refusesTheNthStatementOnceWithWhatTheServerSays() throws Exception {
    Fault fault = faults.failStatement(sql -> sql.contains("ledger")).nth(2).refused("53100");

    try (Connection connection = faults.getConnection()) {
      execute(connection, "SELECT 1", "INSERT INTO ledger VALUES ('a')", "SELECT 2");
      assertThat(fault.hasHappened()).isFalse();
      assertThat(faults.armed()).containsExactly(fault);

      assertThatThrownBy(() -> execute(connection, "INSERT INTO ledger VALUES ('b')"))
          .isInstanceOf(InjectedFault.class)
          .hasMessage("injected fault: a statement refused with 53100, from number 2")
          .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("53100"))
          .cause()
          .isInstanceOf(SQLException.class)
          .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("53100"));
      execute(connection, "INSERT INTO ledger VALUES ('c')");
    }

    database.awaitLedger("a", "c");
    assertThat(faults.happened()).containsExactly(fault);
    assertThat(faults.armed()).isEmpty();
    assertThat(fault.count()).isOne();
  }

  @Test
  void aRefusedStatementLeavesItsTransactionAsTheServerDoes() throws Exception {
    try (Connection connection = inTransaction()) {
      execute(connection, "INSERT INTO ledger VALUES ('a')");
      Savepoint savepoint = connection.setSavepoint();
      faults.failStatement().refused();
      assertThatThrownBy(() -> execute(connection, "INSERT INTO ledger VALUES ('b')"))
          .isInstanceOf(InjectedFault.class);

      assertThat(
              catchThrowableOfType(SQLException.class, () -> execute(connection, "SELECT 1"))
                  .getSQLState())
          .isEqualTo("25P02");
      connection.rollback(savepoint);
      execute(connection, "INSERT INTO ledger VALUES ('c')");
      connection.commit();
    }

    database.awaitLedger("a", "c");
  }

  @Test
  void happensAsOftenAsItIsTold() throws Exception {
    Fault twice = faults.failStatement().times(2).refused();
    try (Connection connection = faults.getConnection()) {
      assertThat(IntStream.range(0, 4).mapToObj(i -> succeeds(connection)))
          .containsExactly(false, false, true, true);
      assertThat(twice.count()).isEqualTo(2);
      assertThat(faults.happened()).containsExactly(twice, twice);

      Fault always = faults.failStatement().nth(2).always().refused();
      assertThat(IntStream.range(0, 4).mapToObj(i -> succeeds(connection)))
          .containsExactly(true, false, false, false);
      assertThat(always).hasToString("a statement refused with 40P01, from number 2, always");
      faults.reset();
      assertThat(succeeds(connection)).isTrue();
      assertThat(faults.happened()).isEmpty();
    }
  }

  @Test
  void ofSeveralFaultsThatAreDueTheFirstOneHappens() throws Exception {
    Fault first = faults.failStatement().refused("23505");
    Fault second = faults.failStatement().refused("23503");
    try (Connection connection = faults.getConnection()) {
      assertThat(succeeds(connection)).isFalse();
      assertThat(faults.happened()).containsExactly(first);
      assertThat(succeeds(connection)).isFalse();
      assertThat(faults.happened()).containsExactly(first, second);
      assertThat(succeeds(connection)).isTrue();
    }
  }

  @Test
  void seesEverySortOfStatement() throws Exception {
    try (Connection connection = faults.getConnection();
        PreparedStatement prepared = connection.prepareStatement("SELECT 1 AS prepared");
        CallableStatement called = connection.prepareCall("SELECT 1 AS called");
        Statement plain = connection.createStatement()) {
      prepared.addBatch();
      plain.addBatch("INSERT INTO ledger VALUES ('first')");
      plain.addBatch("INSERT INTO ledger VALUES ('batch')");

      assertRefused("prepared", prepared::execute);
      assertRefused("prepared", prepared::executeQuery);
      assertRefused("prepared", prepared::executeUpdate);
      assertRefused("prepared", prepared::executeLargeUpdate);
      assertRefused("prepared", prepared::executeBatch);
      assertRefused("called", called::execute);
      assertRefused("batch", plain::executeBatch);
      assertRefused("plain", () -> plain.execute("SELECT 1 AS plain"));
      assertRefused("plain", () -> plain.executeQuery("SELECT 1 AS plain"));
      assertRefused("plain", () -> plain.executeUpdate("SELECT 1 AS plain"));
      assertRefused(
          "plain", () -> plain.execute("SELECT 1 AS plain", Statement.RETURN_GENERATED_KEYS));
    }
    database.awaitLedger();
  }

  @Test
  void countsABatchAsOneStatement() throws Exception {
    Fault fault = faults.failStatement().nth(2).refused();
    try (Connection connection = faults.getConnection();
        PreparedStatement insert = connection.prepareStatement("INSERT INTO ledger VALUES (?)")) {
      for (String entry : List.of("a", "b", "c")) {
        insert.setString(1, entry);
        insert.addBatch();
      }
      insert.executeBatch();
      assertThat(fault.hasHappened()).isFalse();
    }
    database.awaitLedger("a", "b", "c");
  }

  // lost

  @Test
  void aConnectionLostBeforeAStatementIsReallyCut() throws Exception {
    Fault fault = faults.failStatement(sql -> sql.contains("'b'")).connectionLostBefore();
    try (Connection connection = inTransaction()) {
      execute(connection, "SET application_name = 'doomed'", "INSERT INTO ledger VALUES ('a')");

      assertLost(() -> execute(connection, "INSERT INTO ledger VALUES ('b')"));

      assertThat(fault.hasHappened()).isTrue();
      assertThat(connection.isClosed()).isTrue();
      assertThat(connection.isValid(5)).isFalse();
      assertLost(() -> execute(connection, "SELECT 1"));
      assertLost(connection::commit);
      assertLost(connection::rollback);
      assertLost(() -> connection.setAutoCommit(true));
      assertLost(() -> connection.prepareStatement("SELECT 1"));
      assertLost(connection::getMetaData);
      database.awaitNoSession("doomed");
    }
    database.awaitLedger();
    assertThat(succeeds(faults.getConnection())).isTrue();
  }

  @Test
  void aStatementAfterWhichTheConnectionIsLostIsStoredIfItCommitsByItself() throws Exception {
    faults.failStatement(sql -> sql.contains("ledger")).times(2).connectionLostAfter();
    try (Connection connection = faults.getConnection()) {
      assertLost(() -> execute(connection, "INSERT INTO ledger VALUES ('stored')"));
    }
    try (Connection connection = inTransaction()) {
      assertLost(() -> execute(connection, "INSERT INTO ledger VALUES ('rolled back')"));
    }
    database.awaitLedger("stored");
  }

  // commits

  @Test
  void aConnectionLostBeforeTheCommitStoresNothing() throws Exception {
    Fault fault = faults.loseConnectionAtCommit().beforeTheCommit();
    try (Connection connection = inTransaction()) {
      execute(connection, "INSERT INTO ledger VALUES ('a')");
      assertThat(fault.hasHappened()).isFalse();
      assertLost(connection::commit);
      assertThat(connection.isClosed()).isTrue();
    }
    database.awaitLedger();
    assertThat(fault).hasToString("connection lost before the commit");
  }

  @Test
  void aConnectionLostAfterTheCommitStoresEverything() throws Exception {
    Fault fault = faults.loseConnectionAtCommit().afterTheCommit();
    try (Connection connection = inTransaction()) {
      execute(connection, "INSERT INTO ledger VALUES ('a')");
      assertLost(connection::commit);
      assertThat(connection.isClosed()).isTrue();
    }
    database.awaitLedger("a");
    assertThat(faults.happened()).containsExactly(fault);
  }

  @Test
  void aStatementThatCommitsByItselfIsACommit() throws Exception {
    faults.loseConnectionAtCommit().beforeTheCommit();
    try (Connection connection = faults.getConnection()) {
      assertLost(() -> execute(connection, "INSERT INTO ledger VALUES ('a')"));
    }
    faults.loseConnectionAtCommit().afterTheCommit();
    try (Connection connection = faults.getConnection()) {
      assertLost(() -> execute(connection, "INSERT INTO ledger VALUES ('b')"));
    }
    database.awaitLedger("b");
  }

  @Test
  void theEndOfATransactionByAutoCommitIsACommit() throws Exception {
    faults.loseConnectionAtCommit().beforeTheCommit();
    try (Connection connection = inTransaction()) {
      execute(connection, "INSERT INTO ledger VALUES ('a')");
      assertLost(() -> connection.setAutoCommit(true));
    }
    database.awaitLedger();
  }

  @Test
  void whatStoresNothingIsNoCommit() throws Exception {
    Fault fault = faults.loseConnectionAtCommit().beforeTheCommit();
    try (Connection connection = inTransaction()) {
      execute(connection, "SELECT 1", "SHOW search_path");
      connection.commit();
      execute(connection, "INSERT INTO ledger VALUES ('a')");
      connection.rollback();
      connection.commit();
      connection.setAutoCommit(true);
      execute(connection, "SELECT 1", "LISTEN something");
    }
    assertThat(fault.hasHappened()).isFalse();
  }

  @Test
  void whatWasCopiedOnTheDriversConnectionIsCommitted() throws Exception {
    Fault fault = faults.loseConnectionAtCommit().afterTheCommit();
    try (Connection connection = inTransaction()) {
      connection
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn("COPY ledger FROM STDIN", new StringReader("a\nb\n"));
      assertLost(connection::commit);
    }
    assertThat(fault.hasHappened()).isTrue();
    database.awaitLedger("a", "b");
  }

  @Test
  void choosesCommitsByAStatementOfTheirTransaction() throws Exception {
    Fault fault =
        faults
            .loseConnectionAtCommit()
            .ofTransactionsWith(sql -> sql.contains("chosen"))
            .nth(2)
            .beforeTheCommit();
    try (Connection connection = inTransaction()) {
      execute(connection, "INSERT INTO ledger VALUES ('chosen 1')", "SELECT 1");
      connection.commit();
      execute(connection, "INSERT INTO ledger VALUES ('other')");
      connection.commit();
      execute(connection, "INSERT INTO ledger VALUES ('chosen 2')", "SELECT 1");
      assertLost(connection::commit);
    }
    assertThat(fault.count()).isOne();
    database.awaitLedger("chosen 1", "other");
  }

  // crashes

  @Test
  void aCrashEndsEveryConnectionAndLeavesNothingThatWasNotCommitted() throws Exception {
    Fault crash = faults.crash().afterStatement(3);
    try (Connection one = inTransaction();
        Connection other = inTransaction()) {
      execute(one, "INSERT INTO ledger VALUES ('a')");
      execute(other, "INSERT INTO ledger VALUES ('b')");

      assertLost(() -> execute(one, "INSERT INTO ledger VALUES ('c')"));

      assertThat(crash.hasHappened()).isTrue();
      assertLost(() -> execute(other, "SELECT 1"));
      assertLost(other::commit);
      assertThat(other.isClosed()).isTrue();
      assertThatThrownBy(faults::getConnection)
          .isInstanceOf(InjectedFault.class)
          .hasMessage("injected fault: no connection after: crash after a statement, from number 3")
          .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("08001"));
    }
    database.awaitLedger();
    faults.reset();
    try (Connection connection = faults.getConnection()) {
      assertThat(succeeds(connection)).isTrue();
    }
  }

  @Test
  void aCrashCountsOnlyWhatItIsToldTo() throws Exception {
    Fault crash = faults.crash().countingOnly(sql -> sql.contains("ledger")).afterStatement(2);
    try (Connection connection = faults.getConnection()) {
      execute(connection, "INSERT INTO ledger VALUES ('a')", "SELECT 1", "SELECT 2");
      assertThat(crash.hasHappened()).isFalse();
      assertLost(() -> execute(connection, "INSERT INTO ledger VALUES ('b')"));
    }
    database.awaitLedger("a", "b"); // what commits by itself is stored when it has run
  }

  @Test
  void aCrashAroundACommitStoresItOrNot() throws Exception {
    faults.crash().beforeTheCommit();
    try (Connection connection = inTransaction()) {
      execute(connection, "INSERT INTO ledger VALUES ('before')");
      assertLost(connection::commit);
    }
    faults.reset();
    faults.crash().countingOnly(sql -> sql.contains("ledger")).afterTheCommit();
    try (Connection connection = inTransaction()) {
      execute(connection, "INSERT INTO ledger VALUES ('after')");
      assertLost(connection::commit);
    }
    database.awaitLedger("after");
  }

  @Test
  void crashesAtOnce() throws Exception {
    try (Connection connection = inTransaction()) {
      execute(connection, "INSERT INTO ledger VALUES ('a')");

      Fault crash = faults.crash().now();

      assertThat(crash.count()).isOne();
      assertThat(faults.happened()).containsExactly(crash);
      assertLost(connection::commit);
    }
    database.awaitLedger();
  }

  @Test
  void aStatementThatRunsDuringACrashFails() throws Exception {
    try (Connection connection = faults.getConnection();
        Connection holder = database.dataSource().getConnection();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      execute(holder, "SELECT pg_advisory_lock(1)");
      Future<?> waiting =
          threads.submit(
              () -> {
                assertLost(() -> execute(connection, "SELECT pg_advisory_lock(1)"));
                return null;
              });
      await()
          .atMost(FaultDatabase.PATIENCE)
          .until(
              () ->
                  database.count(
                          "SELECT count(*) FROM pg_locks JOIN pg_database d ON database = d.oid WHERE NOT granted AND datname = current_database()")
                      == 1);

      faults.crash().now();

      waiting.get();
    }
  }

  // the plan

  @Test
  void aFaultHappensOnceHoweverManyThreadsThereAre() throws Exception {
    Fault fault = faults.failStatement().nth(10).times(3).refused();
    Callable<Integer> work =
        () -> {
          try (Connection connection = faults.getConnection()) {
            return (int) IntStream.range(0, 20).filter(i -> !succeeds(connection)).count();
          }
        };
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      int failures = 0;
      for (Future<Integer> each : threads.invokeAll(List.of(work, work, work, work))) {
        failures += each.get();
      }
      assertThat(failures).isEqualTo(3);
    }
    assertThat(fault.count()).isEqualTo(3);
    assertThat(faults.armed()).isEmpty();
  }

  @Test
  void isWithoutFaultsWhenItIsClosed() throws Exception {
    faults.failStatement().always().refused();
    Fault crash = faults.crash().now();

    faults.close();

    try (Connection connection = faults.getConnection()) {
      assertThat(succeeds(connection)).isTrue();
    }
    assertThat(faults.happened()).containsExactly(crash);
    assertThatThrownBy(() -> faults.failStatement().refused())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no fault can be armed: the FaultyDataSource is closed");
    assertThatThrownBy(() -> faults.crash().now()).isInstanceOf(IllegalStateException.class);
    assertThatCode(faults::close).doesNotThrowAnyException();
  }

  @Test
  void awaitsAFaultWithPatience() throws Exception {
    Fault fault = faults.failStatement().connectionLostBefore();

    assertThatThrownBy(() -> fault.await(Duration.ofMillis(1)))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            "this fault must happen within PT0.001S, but did not: connection lost before a statement");
    try (Connection connection = faults.getConnection()) {
      assertLost(() -> execute(connection, "SELECT 1"));
    }
    fault.await(Duration.ZERO);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "40P0", "40p01", "00000", "01000", "40P011"})
  void refusesWhatIsNoSqlStateOfAnError(String sqlState) {
    assertThatThrownBy(() -> faults.failStatement().refused(sqlState))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "sqlState must be five digits or capital letters that stand for an error, got: "
                + sqlState);
  }

  @Test
  void countsFromOne() {
    assertThatThrownBy(() -> faults.failStatement().nth(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("nth must be at least 1, got: 0");
    assertThatThrownBy(() -> faults.loseConnectionAtCommit().times(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("times must be at least 1, got: 0");
    assertThatThrownBy(() -> faults.crash().afterStatement(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("nth must be at least 1, got: -1");
  }

  private Connection inTransaction() throws SQLException {
    Connection connection = faults.getConnection();
    connection.setAutoCommit(false);
    return connection;
  }

  private static void execute(Connection connection, String... sqls) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : sqls) {
        statement.execute(sql);
      }
    }
  }

  private static boolean succeeds(Connection connection) {
    try {
      execute(connection, "SELECT 1");
      return true;
    } catch (InjectedFault e) {
      return false;
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private void assertRefused(String text, ThrowingCallable call) {
    Fault fault = faults.failStatement(sql -> sql.contains(text)).refused();
    assertThatThrownBy(call).isInstanceOf(InjectedFault.class);
    assertThat(fault.hasHappened()).isTrue();
  }

  private static void assertLost(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(InjectedFault.class)
        .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("08006"));
  }
}
