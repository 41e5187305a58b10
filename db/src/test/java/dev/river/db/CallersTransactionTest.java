package dev.river.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A migrator whose data source hands out the connection of the caller's transaction. */
class CallersTransactionTest {
  private final FreshDatabase database = FreshDatabase.create();
  private Connection callers;

  @BeforeEach
  void begin() throws SQLException {
    database.migrator().migrateTo(1);
    callers = database.dataSource().getConnection();
    callers.setAutoCommit(false);
  }

  @AfterEach
  void end() throws SQLException {
    callers.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void itIsRefusedAndTheTransactionStaysTheCallers(boolean asItIs) throws Exception {
    Connection given = asItIs ? callers : unclosed();
    RiverMigrator migrator = RiverMigrator.builder(dataSource(() -> given)).build();
    try (Statement statement = callers.createStatement()) {
      statement.execute("CREATE TABLE word (text text)");
    }

    assertThatThrownBy(migrator::migrate)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("must not be used in a transaction");
    assertThatThrownBy(migrator::list).isInstanceOf(IllegalStateException.class);

    assertThat(callers.isClosed()).isFalse();
    assertThat(callers.getAutoCommit()).isFalse();
    callers.rollback();
    assertThat(database.objects("public")).doesNotContain("word");
  }

  @Test
  void aPoolWhoseConnectionsDoNotCommitByThemselvesIsMigrated() {
    DataSource pool =
        dataSource(
            () -> {
              Connection connection = database.dataSource().getConnection();
              connection.setAutoCommit(false);
              return connection;
            });

    assertThat(RiverMigrator.builder(pool).build().migrate()).hasSize(2);
  }

  private Connection unclosed() {
    return proxy(Connection.class, callers, Map.of("close", () -> null));
  }

  private static DataSource dataSource(Callable<Object> connections) {
    return proxy(DataSource.class, "a data source", Map.of("getConnection", connections));
  }

  private static <T> T proxy(Class<T> type, Object target, Map<String, Callable<Object>> own) {
    return type.cast(
        Proxy.newProxyInstance(
            CallersTransactionTest.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              Callable<Object> answer = own.get(method.getName());
              if (answer != null) {
                return answer.call();
              }
              try {
                return method.invoke(target, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
