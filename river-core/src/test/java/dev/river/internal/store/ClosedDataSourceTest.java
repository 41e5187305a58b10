package dev.river.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.error.DatabaseException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.postgresql.util.ServerErrorMessage;

class ClosedDataSourceTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HikariDataSource HikariDataSource (HikariPool-1) has been closed.",
        "Connection pool closed.",
        "Data source is closed",
        "com.mchange.v2.c3p0.ComboPooledDataSource [ dataSourceName -> 1 ] has been closed() --"
            + " you can no longer use it.",
        "This pool is closed and does not handle any more connections!",
        "dataSource already closed at Sat Nov 28 02:00:00 UTC 2026",
      })
  void isToldByTheWordsOfPools(String message) {
    SQLException thrown = new SQLException(message);

    assertThat(ClosedDataSource.isCauseOf(thrown)).isTrue();
    assertThat(ClosedDataSource.isCauseOf(new DatabaseException("wrapped", null, thrown))).isTrue();
    assertThat(ClosedDataSource.isCauseOf(new IllegalStateException(message))).isTrue();
  }

  @Test
  void aDatabaseThatIsAwayIsNot() {
    assertThat(
            ClosedDataSource.isCauseOf(
                new SQLTransientConnectionException(
                    "HikariPool-1 - Connection is not available, request timed out after 30000ms"
                        + " (total=10, active=10, idle=0, waiting=3)")))
        .isFalse();
    assertThat(
            ClosedDataSource.isCauseOf(
                new PSQLException(
                    "This connection has been closed.", PSQLState.CONNECTION_DOES_NOT_EXIST)))
        .isFalse();
    assertThat(ClosedDataSource.isCauseOf(new SQLException("Connection is closed"))).isFalse();
  }

  /** A pooler between client and server comes back. */
  @Test
  void whatAServerSaysIsNot() {
    var said = new ServerErrorMessage("SFATAL\0C08003\0Mthe pool was shut down\0");

    assertThat(ClosedDataSource.isCauseOf(new PSQLException(said))).isFalse();
  }
}
