package dev.river.internal.store;

import static dev.river.testing.RiverDatabase.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.river.error.DatabaseException;
import dev.river.internal.codec.MessageCodec;
import dev.river.testing.Proxies;
import dev.river.testing.RiverDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.PGConnection;

/** What becomes of the connection of a stream that can't be opened or given back. */
class NotificationStreamTest {
  private static final Proxies.Answer FAILING_CLOSE =
      arguments -> {
        throw new SQLException("the close failed");
      };

  private static final Proxies.Answer FAILING_STATEMENT =
      arguments -> {
        throw new SQLException("the statement failed", "08006");
      };

  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final Notifications notifications =
      new Notifications(new MessageCodec(), Optional.empty());
  private final Map<String, Proxies.Answer> answers = new HashMap<>();
  private Connection physical;
  private Database database;

  @BeforeEach
  void connect() throws SQLException {
    physical = river.unpooled().getConnection();
    Connection lent = Proxies.of(Connection.class, physical, answers);
    database =
        new Database(
            Proxies.of(
                DataSource.class, river.unpooled(), Map.of("getConnection", arguments -> lent)),
            Optional.empty());
  }

  @Test
  void aFailingCloseDoesNotHideWhyItCouldNotBeOpened() {
    answers.put("createStatement", FAILING_STATEMENT);
    answers.put("close", FAILING_CLOSE);

    assertThatThrownBy(() -> notifications.listen(database))
        .isInstanceOfSatisfying(
            DatabaseException.class, NotificationStreamTest::assertThatTheStatementIsToldFirst);
    assertHasEnded();
  }

  @Test
  void oneThatCanNotBeRestoredIsEndedThoughItCanNotBeClosedEither() {
    NotificationStream stream = notifications.listen(database);
    answers.put("createStatement", FAILING_STATEMENT);
    answers.put("close", FAILING_CLOSE);

    assertThatThrownBy(stream::close)
        .isInstanceOfSatisfying(
            DatabaseException.class, NotificationStreamTest::assertThatTheStatementIsToldFirst);
    assertHasEnded();
  }

  private static void assertThatTheStatementIsToldFirst(DatabaseException failure) {
    assertThat(failure.getCause()).hasMessage("the statement failed");
    assertThat(Objects.requireNonNull(failure.getCause()).getSuppressed())
        .extracting(Throwable::getMessage)
        .containsExactly("the close failed");
  }

  @Test
  void oneThatIsOfNoUseIsEndedThoughItCanNotBeClosed() {
    NotificationStream stream = notifications.listen(database);
    answers.put("close", FAILING_CLOSE);

    assertThatThrownBy(stream::end)
        .isInstanceOf(DatabaseException.class)
        .cause()
        .hasMessage("the close failed");
    assertHasEnded();
  }

  @Test
  void itSetsAndRestoresWhatItNeeds() throws Exception {
    NotificationStream stream = notifications.listen(database);
    assertThat(setting("lock_timeout")).isEqualTo("50ms");
    answers.put("close", arguments -> "left open, to look at it");

    stream.close();

    assertThat(setting("lock_timeout")).isEqualTo("0");
    physical.close();
  }

  /** There it would be set for whoever is given the server's connection next. */
  @Test
  void itSetsNothingBehindAPooler() throws Exception {
    PGConnection ofPooler =
        Proxies.of(
            PGConnection.class,
            physical.unwrap(PGConnection.class),
            Map.of("getBackendPID", arguments -> 0));
    answers.put("unwrap", arguments -> ofPooler);

    NotificationStream stream = notifications.listen(database);

    assertThat(setting("lock_timeout")).isEqualTo("0");
    assertThat(setting("statement_timeout")).isEqualTo("0");
    stream.close();
  }

  private String setting(String name) throws SQLException {
    try (var statement = physical.createStatement();
        var row = statement.executeQuery("SHOW " + name)) {
      assertThat(row.next()).isTrue();
      return row.getString(1);
    }
  }

  private void assertHasEnded() {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                DSL.using(river.unpooled(), SQLDialect.POSTGRES)
                    .fetch(
                        "SELECT FROM pg_stat_activity WHERE datname = current_database()"
                            + " AND backend_type = 'client backend' AND pid <> pg_backend_pid()")
                    .isEmpty());
  }
}
