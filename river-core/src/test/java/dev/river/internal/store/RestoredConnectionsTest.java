package dev.river.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.testing.Proxies;
import dev.river.testing.RiverDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is committed is not told to have failed, whatever becomes of the connection then. */
class RestoredConnectionsTest {
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final AtomicBoolean failed = new AtomicBoolean();
  private final AtomicInteger closed = new AtomicInteger();

  @Test
  void aCommittedTransactionSucceedsThoughAutoCommitCannotBeRestored() {
    Database database =
        database(
            connection ->
                Map.of(
                    "setAutoCommit",
                    arguments -> {
                      if ((boolean) arguments[0]) {
                        throw failure();
                      }
                      connection.setAutoCommit(false);
                      return "";
                    }));

    assertThat(
            (int) database.callAtomically(db -> db.fetchSingle("SELECT 1").get(0, Integer.class)))
        .isEqualTo(1);

    assertThat(failed).isTrue();
    assertThat(closed).as("ended connections").hasValue(1);
  }

  @Test
  void aStoredStatementSucceedsThoughTheTimeLimitCannotBeRestored() {
    AtomicInteger calls = new AtomicInteger();
    Database database =
        database(
                connection ->
                    Map.of(
                        "setNetworkTimeout",
                        arguments -> {
                          if (calls.incrementAndGet() == 2) {
                            throw failure();
                          }
                          return "";
                        }))
            .withSilenceLimit(Duration.ofSeconds(10));

    assertThat((int) database.call(db -> db.fetchSingle("SELECT 1").get(0, Integer.class)))
        .isEqualTo(1);

    assertThat(failed).isTrue();
    assertThat(closed).as("ended connections").hasValue(1);
  }

  @Test
  void aStoredStatementSucceedsThoughItsConnectionCannotBeGivenBack() {
    for (Exception failure : List.of(failure(), new IllegalStateException("injected"))) {
      AtomicBoolean first = new AtomicBoolean(true);
      Database database =
          database(
              connection ->
                  Map.of(
                      "close",
                      none -> {
                        if (first.getAndSet(false)) {
                          throw failure;
                        }
                        connection.close();
                        return "";
                      }));

      assertThat((int) database.call(db -> db.fetchSingle("SELECT 1").get(0, Integer.class)))
          .isEqualTo(1);

      assertThat(first).isFalse();
    }
  }

  private SQLException failure() {
    failed.set(true);
    return new SQLException("injected", "08006");
  }

  /** Of connections some of whose calls are answered in another way. */
  private interface Answers {
    Map<String, Proxies.Answer> of(Connection connection);
  }

  private Database database(Answers answers) {
    DataSource dataSource =
        Proxies.of(
            DataSource.class,
            river.unpooled(),
            Map.of(
                "getConnection",
                arguments -> {
                  Connection connection = river.unpooled().getConnection();
                  Connection faulty =
                      Proxies.of(Connection.class, connection, answers.of(connection));
                  return Proxies.of(
                      Connection.class,
                      faulty,
                      Map.of(
                          "close",
                          none -> {
                            if (connection.isClosed()) {
                              closed.incrementAndGet();
                            }
                            faulty.close();
                            return "";
                          }));
                }));
    return new Database(dataSource, Optional.empty());
  }
}
