package dev.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.error.DatabaseException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.ds.PGSimpleDataSource;

@Timeout(60)
class PatientStartTest {

  /** What accepts connections and says nothing, as behind some firewalls. */
  @Test
  void aServerThatNeverAnswersIsGivenUpThoughNobodyWantedToWaitForIt() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      var dataSource = new PGSimpleDataSource();
      dataSource.setServerNames(new String[] {silent.getInetAddress().getHostAddress()});
      dataSource.setPortNumbers(new int[] {silent.getLocalPort()});
      var start = new PatientStart("client", Duration.ZERO, Duration.ofMillis(300));
      AtomicBoolean hasStarted = new AtomicBoolean();

      assertThatThrownBy(() -> start.run(() -> look(dataSource), () -> hasStarted.set(true)))
          .isInstanceOf(DatabaseException.class)
          .hasMessageStartingWith(
              "the client can't start: it has waited for PT0.3S for the database: ");

      assertThat(hasStarted).isFalse();
    }
  }

  private static void look(PGSimpleDataSource dataSource) {
    try (Connection connection = dataSource.getConnection()) {
      assertThat(connection.isClosed()).isFalse();
    } catch (SQLException e) {
      throw new DatabaseException("could not connect", e.getSQLState(), e);
    }
  }
}
