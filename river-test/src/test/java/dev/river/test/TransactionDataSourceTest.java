package dev.river.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.test.postgres.TestDatabase;
import dev.river.test.postgres.TestPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

class TransactionDataSourceTest {
  private static TestDatabase database;

  private Connection transaction;
  private TransactionDataSource dataSource;

  @BeforeAll
  static void createDatabase() throws SQLException {
    database = TestPostgres.shared().createEmptyDatabase();
    try (Connection connection = database.dataSource().getConnection()) {
      execute(connection, "create table word (text text primary key)");
    }
  }

  @AfterAll
  static void dropDatabase() {
    database.close();
  }

  @BeforeEach
  void begin() throws SQLException {
    transaction = database.dataSource().getConnection();
    transaction.setAutoCommit(false);
    dataSource = new TransactionDataSource(transaction);
  }

  @AfterEach
  void rollBack() throws SQLException {
    transaction.rollback();
    transaction.close();
  }

  @Test
  void whatIsCommittedIsSeenByTheTransactionAndByNobodyElse() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      execute(connection, "insert into word values ('whale')");
      connection.commit();
    }

    assertThat(words(transaction)).containsExactly("whale");
    try (Connection other = database.dataSource().getConnection()) {
      assertThat(words(other)).isEmpty();
    }
  }

  @Test
  void aRollbackUndoesWhatCameAfterTheLastCommit() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      execute(connection, "insert into word values ('whale')");
      connection.commit();
      execute(connection, "insert into word values ('tiger')");
      connection.rollback();
      execute(connection, "insert into word values ('bear')");
      connection.setAutoCommit(true);
    }

    assertThat(words(transaction)).containsExactly("bear", "whale");
  }

  @Test
  void whatIsNotCommittedWhenAConnectionIsClosedIsUndone() throws SQLException {
    Connection connection = dataSource.getConnection();
    connection.setAutoCommit(false);
    execute(connection, "insert into word values ('whale')");
    connection.close();

    assertThat(words(transaction)).isEmpty();
    assertThat(connection.isClosed()).isTrue();
    assertThat(transaction.isClosed()).isFalse();
    assertThatThrownBy(connection::createStatement).hasMessage("the connection is closed");
  }

  @Test
  void aStatementThatFailsDoesNotSpoilTheTransaction() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert = connection.prepareStatement("insert into word values (?)")) {
      insert.setString(1, "whale");
      assertThat(insert.executeUpdate()).isEqualTo(1);

      assertThatThrownBy(insert::executeUpdate)
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("duplicate key");
    }

    assertThat(words(transaction)).containsExactly("whale");
  }

  @Test
  void aConnectionThatCommitsByItselfIsHandedOutAsItIs() throws SQLException {
    transaction.rollback();
    transaction.setAutoCommit(true);

    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      assertThat(transaction.getAutoCommit()).isFalse();
      connection.setAutoCommit(true);
    }

    assertThat(transaction.isClosed()).isFalse();
    transaction.setAutoCommit(false);
  }

  @Test
  void theConnectionOfTheServerCanBeReached() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      assertThat(connection.unwrap(PGConnection.class).getBackendPID()).isPositive();
    }
    assertThat(dataSource.isWrapperFor(TransactionDataSource.class)).isTrue();
    assertThat(dataSource.unwrap(TransactionDataSource.class)).isSameAs(dataSource);
    assertThatThrownBy(() -> dataSource.unwrap(PGConnection.class))
        .hasMessage("a TransactionDataSource wraps no org.postgresql.PGConnection");
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<String> words(Connection connection) throws SQLException {
    List<String> words = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select text from word order by text")) {
      while (rows.next()) {
        words.add(rows.getString(1));
      }
    }
    return words;
  }
}
