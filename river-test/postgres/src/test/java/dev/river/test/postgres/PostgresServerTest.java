package dev.river.test.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.condition.EnabledIf;
import org.testcontainers.DockerClientFactory;

class PostgresServerTest {
  private final PostgresServer shared = TestPostgres.shared().server();

  @Test
  void theEmbeddedServerDoesNotWaitForTheDisk() throws Exception {
    try (PostgresServer server = PostgresServer.embedded()) {
      assertThat(
              Sql.query(
                  server.dataSource("postgres"),
                  """
                  SELECT name || '=' || setting FROM pg_settings
                  WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'wal_level')
                  """))
          .containsExactlyInAnyOrder(
              "fsync=off", "synchronous_commit=on", "full_page_writes=off", "wal_level=replica");
      assertThat(Sql.query(server.dataSource("postgres"), "SHOW max_connections"))
          .containsExactly("300");
    }
  }

  @Test
  void theEmbeddedServerStopsWhenItIsClosed() throws Exception {
    PostgresServer server = PostgresServer.embedded();
    assertThat(Sql.query(server.dataSource("postgres"), "SELECT 1")).containsExactly("1");
    server.close();
    assertThatThrownBy(() -> Sql.query(server.dataSource("postgres"), "SELECT 1"))
        .isInstanceOf(SQLException.class);
    assertThatCode(server::close).doesNotThrowAnyException();
  }

  @Test
  void theEmbeddedServerComesBackAfterACrashWithWhatWasCommitted() throws Exception {
    try (PostgresServer server = PostgresServer.embedded()) {
      server.execute("CREATE TABLE kept AS SELECT 'this' AS what");
      try (Connection open = server.dataSource("postgres").getConnection()) {
        server.crashAndRestart();
        assertThat(open.isValid(1)).isFalse();
      }
      assertThat(Sql.query(server.dataSource("postgres"), "SELECT what FROM kept"))
          .containsExactly("this");
    }
  }

  @Test
  void doesNotRestartAServerThatIsNotItsOwn() {
    PostgresServer existing = PostgresServer.existing(shared.url("postgres"));
    assertThatThrownBy(existing::crashAndRestart)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("only an embedded server can be restarted");
  }

  @Test
  void givesUrlsThatTheDriverTakes() throws Exception {
    try (var connection = DriverManager.getConnection(shared.url("postgres"))) {
      assertThat(connection.getCatalog()).isEqualTo("postgres");
    }
  }

  @Test
  void namesItsConnections() throws Exception {
    assertThat(Sql.query(shared.dataSource("postgres"), "SHOW application_name"))
        .containsExactly("river-test");
  }

  @Test
  void leavesAnExistingServerRunning() throws Exception {
    PostgresServer.existing(shared.url("postgres")).close();
    assertThat(Sql.query(shared.dataSource("postgres"), "SELECT 1")).containsExactly("1");
  }

  @Test
  void saysThatAnExistingServerDoesNotAnswer() {
    PostgresServer nowhere = PostgresServer.existing("postgres://ann:secret@localhost:1/ci");
    assertThatIllegalStateException()
        .isThrownBy(() -> TestPostgres.on(nowhere).createDatabase())
        .withMessageContaining("the test server at localhost:1/ci")
        .withMessageNotContaining("secret");
  }

  @Test
  void refusesAnotherDatabaseSystem() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PostgresServer.existing("jdbc:mysql://localhost/ci"));
  }

  @Test
  @EnabledIf("isDockerThere")
  void runsInAContainer() throws Exception {
    try (TestPostgres postgres = TestPostgres.on(PostgresServer.container());
        TestDatabase database = postgres.createDatabase()) {
      assertThat(Sql.query(database.dataSource(), "SHOW fsync")).containsExactly("off");
    }
  }

  @Test
  @DisabledIf("isDockerThere")
  void saysWhyThereIsNoContainer() {
    assertThatIllegalStateException()
        .isThrownBy(PostgresServer::container)
        .withMessageStartingWith("a container of postgres:18 did not start")
        .withMessageContaining("takes a running Docker")
        .withMessageContaining("river.test.postgres=auto takes an embedded server then");
  }

  static boolean isDockerThere() {
    return DockerClientFactory.instance().isDockerAvailable();
  }
}
