package dev.river.test.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.river.db.RiverMigrator;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class TestPostgresTest {
  private static final String INSERT = "INSERT INTO river_job (kind, args) VALUES ('greet', '{}')";
  private static final String WORDS = "CREATE TABLE word AS SELECT 'kite' AS text";
  private static final String COUNT = "SELECT count(*) FROM river_job";

  private final TestPostgres postgres = TestPostgres.shared();

  @Test
  void isSharedByTheJvm() {
    assertThat(TestPostgres.shared()).isSameAs(postgres);
    postgres.close();
    try (TestDatabase database = postgres.createDatabase()) {
      assertThat(database.name()).isNotEmpty();
    }
  }

  @Test
  void createsAMigratedDatabase() {
    try (TestDatabase database = postgres.createDatabase()) {
      assertThatCode(RiverMigrator.builder(database.dataSource()).build()::validate)
          .doesNotThrowAnyException();
    }
  }

  @Test
  void createsAnEmptyDatabase() throws Exception {
    try (TestDatabase database = postgres.createEmptyDatabase()) {
      assertThat(
              Sql.query(
                  database.dataSource(),
                  "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"))
          .isEmpty();
    }
  }

  @Test
  void connectsByDataSourceAndByUrl() throws Exception {
    try (TestDatabase database = postgres.createDatabase();
        Connection byUrl = DriverManager.getConnection(database.url())) {
      assertThat(byUrl.getCatalog()).isEqualTo(database.name());
      assertThat(Sql.query(database.dataSource(), "SELECT current_database()"))
          .containsExactly(database.name());
      assertThat(Sql.query(database.dataSource(), "SHOW application_name"))
          .containsExactly("river-test");
    }
  }

  @Test
  void keepsDatabasesApart() throws Exception {
    try (TestDatabase one = postgres.createDatabase();
        TestDatabase two = postgres.createDatabase()) {
      Sql.run(one.dataSource(), INSERT);
      assertThat(Sql.query(one.dataSource(), COUNT)).containsExactly("1");
      assertThat(Sql.query(two.dataSource(), COUNT)).containsExactly("0");
    }
    try (TestDatabase three = postgres.createDatabase()) {
      assertThat(Sql.query(three.dataSource(), COUNT)).containsExactly("0");
    }
  }

  @Test
  void dropsADatabaseThatIsInUse() throws Exception {
    TestDatabase database = postgres.createDatabase();
    DataSource dataSource = database.dataSource();
    try (Connection open = dataSource.getConnection()) {
      database.close();
      assertThatThrownBy(() -> open.createStatement().execute("SELECT 1"))
          .isInstanceOf(SQLException.class);
    }
    assertThatThrownBy(dataSource::getConnection)
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("does not exist");
    assertThat(Sql.databases(postgres.server())).doesNotContain(database.name());
    assertThatCode(database::close).doesNotThrowAnyException();
  }

  @Test
  void createsFiftyDatabasesFromFourThreads() throws Exception {
    try (TestPostgres fresh =
            TestPostgres.on(PostgresServer.embedded()); // its template is part of the race
        ExecutorService executor = Executors.newFixedThreadPool(4)) {
      List<Future<TestDatabase>> created = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        created.add(executor.submit(fresh::createDatabase));
      }
      for (Future<TestDatabase> future : created) {
        try (TestDatabase database = future.get(60, TimeUnit.SECONDS)) {
          assertThat(Sql.query(database.dataSource(), COUNT)).containsExactly("0");
        }
      }
      assertThat(created)
          .extracting(Future::resultNow)
          .extracting(TestDatabase::name)
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void leavesNothingOnAServerThatItHasNotStarted() throws Exception {
    try (PostgresServer server = PostgresServer.embedded()) {
      Sql.run(server.dataSource("postgres"), "CREATE DATABASE mine");
      List<String> before = Sql.databases(server);
      TestPostgres one = TestPostgres.on(PostgresServer.existing(server.url("mine")));
      TestPostgres two = TestPostgres.on(PostgresServer.existing(server.url("postgres")));
      TestDatabase ofOne = one.createDatabase();
      TestDatabase ofTwo = two.createDatabase();
      two.createEmptyDatabase();
      assertThat(Sql.databases(server)).hasSize(before.size() + 5);

      two.close();
      assertThat(Sql.query(ofOne.dataSource(), COUNT)).containsExactly("0");
      one.close();
      assertThat(Sql.databases(server)).isEqualTo(before);
      assertThatCode(ofTwo::close).doesNotThrowAnyException();
    }
  }

  @Test
  void sharesAServerOfEachKind() {
    assertThat(TestPostgres.shared(ServerKind.CONFIGURED)).isSameAs(postgres);
    assertThat(TestPostgres.shared(ServerKind.EMBEDDED))
        .isSameAs(TestPostgres.shared(ServerKind.EMBEDDED));
  }

  @Test
  void copiesATemplateThatWasPrepared() throws Exception {
    DatabaseTemplate template = postgres.createTemplate(database -> run(database, WORDS));
    try (TestDatabase one = template.createDatabase();
        TestDatabase two = template.createDatabase();
        TestDatabase bare = postgres.createDatabase()) {
      Sql.run(one.dataSource(), "DELETE FROM word");
      assertThat(Sql.query(one.dataSource(), "SELECT text FROM word")).isEmpty();
      assertThat(Sql.query(two.dataSource(), "SELECT text FROM word")).containsExactly("kite");
      assertThat(Sql.query(two.dataSource(), COUNT)).containsExactly("0");
      assertThatThrownBy(() -> Sql.query(bare.dataSource(), "SELECT text FROM word"))
          .hasMessageContaining("does not exist");
    }
  }

  @Test
  void copiesATemplateThatAConnectionWasLeftOpenTo() throws Exception {
    AtomicReference<Connection> open = new AtomicReference<>();
    DatabaseTemplate template = postgres.createTemplate(database -> open.set(connect(database)));
    try (Connection left = open.get();
        TestDatabase copy = template.createDatabase()) {
      assertThat(Sql.query(copy.dataSource(), COUNT)).containsExactly("0");
      assertThat(left.isValid(1)).isFalse();
    }
  }

  @Test
  void leavesNoTemplateThatCouldNotBePrepared() throws Exception {
    try (PostgresServer server = PostgresServer.embedded();
        TestPostgres fresh = TestPostgres.on(PostgresServer.existing(server.url("postgres")))) {
      fresh.createDatabase().close();
      List<String> before = Sql.databases(server);
      assertThatThrownBy(() -> fresh.createTemplate(database -> run(database, "no SQL")))
          .hasMessageContaining("syntax error");
      awaitDatabases(server, before);
    }
  }

  @Test
  void dropsManyDatabasesInTheBackground() throws Exception {
    try (PostgresServer server = PostgresServer.embedded();
        TestPostgres fresh = TestPostgres.on(PostgresServer.existing(server.url("postgres")))) {
      fresh.createDatabase().close();
      List<String> before = Sql.databases(server);
      List<TestDatabase> many = Stream.generate(fresh::createDatabase).limit(12).toList();
      many.forEach(TestDatabase::closeLater);
      many.forEach(TestDatabase::closeLater);
      awaitDatabases(server, before);
    }
  }

  @Test
  void dropsAtTheEndWhatWasToBeDroppedLater() throws Exception {
    try (PostgresServer server = PostgresServer.embedded()) {
      List<String> before = Sql.databases(server);
      TestPostgres fresh = TestPostgres.on(PostgresServer.existing(server.url("postgres")));
      Stream.generate(fresh::createDatabase).limit(5).forEach(TestDatabase::closeLater);
      fresh.close();
      assertThat(Sql.databases(server)).isEqualTo(before);
    }
  }

  private static void awaitDatabases(PostgresServer server, List<String> expected) {
    await().untilAsserted(() -> assertThat(Sql.databases(server)).isEqualTo(expected));
  }

  private static Connection connect(DataSource database) {
    try {
      return database.getConnection();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void run(DataSource database, String sql) {
    try {
      Sql.run(database, sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void createsNothingAfterItsEnd() {
    TestPostgres closed = TestPostgres.on(PostgresServer.existing("postgres://localhost:1/ci"));
    closed.close();
    assertThatIllegalStateException()
        .isThrownBy(closed::createDatabase)
        .withMessageContaining("closed");
  }
}
