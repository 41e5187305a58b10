package dev.river.test.junit;

import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A connection that goes back to its lender when it is closed. */
final class LentConnection extends StandIn {
  private final ConnectionLender lender;
  private final Connection connection;

  LentConnection(ConnectionLender lender, Connection connection) {
    super(connection);
    this.lender = lender;
    this.connection = connection;
  }

  @Override
  @Nullable Object answer(Method method, Object @Nullable [] arguments) throws Throwable {
    switch (method.getName()) {
      case "close" -> {
        lender.giveBack(this);
        return null;
      }
      case "createStatement", "prepareStatement", "prepareCall", "setAutoCommit" ->
          lender.checkOthers(this);
      default -> {} // harms nobody
    }
    return pass(method, arguments);
  }

  boolean isInTransaction() throws SQLException {
    return !connection.getAutoCommit();
  }

  /** Undoes what was not committed. */
  void end() throws SQLException {
    connection.close();
  }
}
