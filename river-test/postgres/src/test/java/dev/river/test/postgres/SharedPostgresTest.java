package dev.river.test.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the settings of a JVM choose, and what is left after its end. */
class SharedPostgresTest {
  @Test
  void stopsTheEmbeddedServerAtTheEnd() throws Exception {
    String output = ChildJvm.run(LeavesDatabasesOpen.class, List.of(), Map.of(), "");
    String url = output.lines().filter(line -> line.startsWith("jdbc:")).findFirst().orElseThrow();
    assertThatThrownBy(() -> DriverManager.getConnection(url))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("refused");
  }

  @Test
  void isThereForWhatShutdownHooksClose() throws Exception {
    assertThat(ChildJvm.run(UsesItInAHook.class, List.of(), Map.of(), ""))
        .contains("closed in peace")
        .doesNotContain("Exception");
  }

  @Test
  void stopsAfterAJvmThatIsKilled(@TempDir Path place) throws Exception {
    String option = "-Driver.test.postgres.directory=" + place;
    assertThat(ChildJvm.run(IsKilled.class, List.of(option), Map.of(), ""))
        .contains("/river_test_");
    assertThat(place).isEmptyDirectory();
  }

  @Test
  void leavesNoFilesOfTheEmbeddedServer(@TempDir Path place) throws Exception {
    String option = "-Driver.test.postgres.directory=" + place;
    assertThat(ChildJvm.run(LeavesDatabasesOpen.class, List.of(option), Map.of(), ""))
        .contains("/river_test_")
        .doesNotContain("Exception");
    assertThat(place).isEmptyDirectory();
  }

  @Test
  void dropsWhatItLeftOnAServerGivenByProperty() throws Exception {
    try (PostgresServer server = PostgresServer.embedded()) {
      List<String> before = Sql.databases(server);
      String option = "-Driver.test.database.url=" + server.url("postgres");
      assertThat(ChildJvm.run(LeavesDatabasesOpen.class, List.of(option), Map.of(), ""))
          .contains("/river_test_");
      assertThat(Sql.databases(server)).isEqualTo(before);
    }
  }

  @Test
  void dropsWhatItLeftOnAServerGivenByVariable() throws Exception {
    try (PostgresServer server = PostgresServer.embedded()) {
      List<String> before = Sql.databases(server);
      String url = server.url("postgres").replace("jdbc:postgresql:", "postgres:");
      Map<String, String> environment = Map.of("RIVER_TEST_DATABASE_URL", url);
      assertThat(ChildJvm.run(LeavesDatabasesOpen.class, List.of(), environment, ""))
          .contains("/river_test_");
      assertThat(Sql.databases(server)).isEqualTo(before);
    }
  }

  @Test
  void saysThatTestcontainersIsMissing() throws Exception {
    List<String> options = List.of("-Driver.test.postgres=testcontainers");
    assertThat(ChildJvm.run(LeavesDatabasesOpen.class, options, Map.of(), "testcontainers"))
        .contains("IllegalStateException: a container takes Testcontainers")
        .contains("add org.testcontainers:postgresql to the class path");
  }

  @Test
  void fallsBackToAnEmbeddedServerAndSaysWhy() throws Exception {
    List<String> options = List.of("-Driver.test.postgres=auto");
    assertThat(ChildJvm.run(LeavesDatabasesOpen.class, options, Map.of(), "testcontainers"))
        .contains("/river_test_")
        .contains("tests use an embedded PostgreSQL, because a container takes Testcontainers");
  }

  @Test
  void worksWithoutTestcontainers() throws Exception {
    assertThat(ChildJvm.run(LeavesDatabasesOpen.class, List.of(), Map.of(), "testcontainers"))
        .contains("/river_test_");
  }

  @Test
  void namesASettingWithoutMeaning() throws Exception {
    List<String> options = List.of("-Driver.test.postgres=h2");
    assertThat(ChildJvm.run(LeavesDatabasesOpen.class, options, Map.of(), ""))
        .contains("river.test.postgres must be embedded, testcontainers or auto, got: h2");
  }

  /** As a pool that a shutdown hook closes: uses its connection for a while in the hook. */
  static final class UsesItInAHook {
    private UsesItInAHook() {}

    public static void main(String[] args) throws SQLException {
      Connection connection = TestPostgres.shared().createDatabase().dataSource().getConnection();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> close(connection)));
    }

    private static void close(Connection connection) {
      try (connection;
          Statement statement = connection.createStatement()) {
        statement.execute("SELECT pg_sleep(2)");
        System.out.println("closed in peace");
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Ends without running a hook. */
  static final class IsKilled {
    private IsKilled() {}

    public static void main(String[] args) {
      System.out.println(TestPostgres.shared().createDatabase().url());
      Runtime.getRuntime().halt(1);
    }
  }

  /** Prints the URL of a database and ends without having closed anything. */
  static final class LeavesDatabasesOpen {
    private LeavesDatabasesOpen() {}

    public static void main(String[] args) {
      TestPostgres.shared().createEmptyDatabase();
      System.out.println(TestPostgres.shared().createDatabase().url());
    }
  }
}
