package dev.river.test.junit;

import dev.river.RiverClientBuilder;
import dev.river.test.TransactionDataSource;
import dev.river.test.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Set;
import javax.sql.DataSource;

/** A transaction for one test, in a database that other tests use at the same time. */
final class OwnTransaction implements Ground {
  private static final String OTHER_WAY = "use @RiverTest(isolation = Isolation.DATABASE)";

  /** SQLSTATEs: there is no such savepoint, or no transaction that has one. */
  private static final Set<String> TRANSACTION_HAS_ENDED = Set.of("3B001", "25P01");

  private final PreparedDatabases databases;
  private final TestDatabase database;
  private final Connection connection;
  private final Savepoint beginning;
  private final TransactionDataSource dataSource;

  private OwnTransaction(
      PreparedDatabases databases,
      TestDatabase database,
      Connection connection,
      Savepoint beginning) {
    this.databases = databases;
    this.database = database;
    this.connection = connection;
    this.beginning = beginning;
    this.dataSource = new TransactionDataSource(connection);
  }

  static OwnTransaction begin(PreparedDatabases databases) {
    TestDatabase database = databases.common();
    try {
      Connection connection = database.dataSource().getConnection();
      return new OwnTransaction(databases, database, connection, begin(connection));
    } catch (SQLException e) {
      throw new IllegalStateException(
          "no transaction can begin for this test: " + e.getMessage(), e);
    }
  }

  private static Savepoint begin(Connection connection) throws SQLException {
    try {
      connection.setAutoCommit(false);
      return connection.setSavepoint();
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  @Override
  public DataSource dataSource() {
    return dataSource;
  }

  @Override
  public TestDatabase database() {
    throw new IllegalStateException(
        "with isolation TRANSACTION other tests use the database too, so there is no TestDatabase:"
            + " ask for its DataSource, or "
            + OTHER_WAY);
  }

  @Override
  public void restrict(RiverClientBuilder client) {
    client.neverStarted(
        "with isolation TRANSACTION a test has one connection, and a running client needs several."
            + " Work its jobs with JobDrain, or "
            + OTHER_WAY);
  }

  @Override
  public void close() {
    try (connection) {
      dataSource.close();
      connection.rollback(beginning);
      connection.rollback();
    } catch (SQLException e) {
      databases.discard(database);
      throw new IllegalStateException(
          TRANSACTION_HAS_ENDED.contains(String.valueOf(e.getSQLState()))
              ? "the test has ended its transaction by a statement of its own, such as COMMIT, so"
                  + " that it can't be rolled back: "
                  + OTHER_WAY
              : "the transaction of the test could not be rolled back: " + e.getMessage(),
          e);
    }
  }
}
