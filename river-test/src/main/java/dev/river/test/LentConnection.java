package dev.river.test;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A connection that goes back to its lender when it is closed. */
final class LentConnection implements InvocationHandler {
  private final ConnectionLender lender;
  private final Connection joined;
  private final Connection proxy;

  LentConnection(ConnectionLender lender, Connection joined) {
    this.lender = lender;
    this.joined = joined;
    this.proxy = JoinedConnection.proxy(Connection.class, this);
  }

  /** {@return it, to be used} */
  Connection connection() {
    return proxy;
  }

  @Override
  public @Nullable Object invoke(Object self, Method method, Object @Nullable [] arguments)
      throws Throwable {
    switch (method.getName()) {
      case "equals" -> {
        return arguments != null && isProxy(arguments[0]);
      }
      case "hashCode" -> {
        return hashCode();
      }
      case "close" -> {
        lender.giveBack(this);
        return null;
      }
      case "createStatement", "prepareStatement", "prepareCall", "setAutoCommit" ->
          lender.checkOthers(this);
      default -> {} // harms no other connection
    }
    return JoinedConnection.call(joined, method, arguments);
  }

  @SuppressWarnings("ReferenceEquality") // it is equal to nothing else
  private boolean isProxy(Object other) {
    return other == proxy;
  }

  boolean isInTransaction() throws SQLException {
    return !joined.getAutoCommit();
  }

  /** Undoes what was not committed. */
  void end() throws SQLException {
    joined.close();
  }
}
