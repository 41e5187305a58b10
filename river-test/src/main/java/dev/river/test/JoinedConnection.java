package dev.river.test;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * A connection that takes part in the transaction of another one, with savepoints for transactions
 * of its own. Owned by one thread.
 */
final class JoinedConnection implements InvocationHandler {
  private final Connection transaction;
  private boolean autoCommit = true;
  private boolean closed;
  private @Nullable Savepoint begun;

  private JoinedConnection(Connection transaction) {
    this.transaction = transaction;
  }

  static Connection to(Connection transaction) throws SQLException {
    InvocationHandler handler =
        transaction.getAutoCommit()
            ? new BorrowedConnection(transaction)
            : new JoinedConnection(transaction);
    return proxy(Connection.class, handler);
  }

  /** Does nothing when it is closed; its owner closes the connection. */
  private record BorrowedConnection(Connection owned) implements InvocationHandler {
    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
        throws Throwable {
      return method.getName().equals("close") ? null : call(owned, method, arguments);
    }
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    return switch (method.getName()) {
      case "getAutoCommit" -> autoCommit;
      case "setAutoCommit" -> setAutoCommit(arguments);
      case "commit" -> end();
      case "rollback" ->
          arguments == null ? rollBack() : call(transaction, method, arguments); // to a savepoint
      case "close" -> close();
      case "isClosed" -> closed || transaction.isClosed();
      default -> use(method, arguments);
    };
  }

  private @Nullable Object setAutoCommit(Object @Nullable [] arguments) throws SQLException {
    end();
    autoCommit = arguments != null && (boolean) arguments[0];
    return null;
  }

  private @Nullable Object close() throws SQLException {
    rollBack();
    closed = true;
    return null;
  }

  private @Nullable Object use(Method method, Object @Nullable [] arguments) throws Throwable {
    if (closed && method.getDeclaringClass() == Connection.class) {
      throw new SQLException("the connection is closed", "08003");
    }
    if (!autoCommit) {
      begin();
    }
    Object result = call(transaction, method, arguments);
    return result instanceof Statement statement
        ? joined(statement, method.getReturnType())
        : result;
  }

  private Object joined(Statement statement, Class<?> type) {
    InvocationHandler handler =
        (proxy, method, arguments) ->
            autoCommit && method.getName().startsWith("execute")
                ? alone(statement, method, arguments)
                : call(statement, method, arguments);
    if (type == CallableStatement.class) {
      return proxy(CallableStatement.class, handler);
    }
    return type == PreparedStatement.class
        ? proxy(PreparedStatement.class, handler)
        : proxy(Statement.class, handler);
  }

  /** Runs a statement whose failure is to undo nothing else. */
  private @Nullable Object alone(Statement statement, Method method, Object @Nullable [] arguments)
      throws Throwable {
    begin();
    try {
      Object result = call(statement, method, arguments);
      end();
      return result;
    } catch (SQLException e) {
      try {
        rollBack();
      } catch (SQLException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  private void begin() throws SQLException {
    if (begun == null) {
      begun = transaction.setSavepoint();
    }
  }

  private @Nullable Object end() throws SQLException {
    Savepoint savepoint = begun;
    begun = null;
    if (savepoint != null) {
      transaction.releaseSavepoint(savepoint);
    }
    return null;
  }

  private @Nullable Object rollBack() throws SQLException {
    Savepoint savepoint = begun;
    begun = null;
    if (savepoint != null && !transaction.isClosed()) {
      transaction.rollback(savepoint);
      transaction.releaseSavepoint(savepoint);
    }
    return null;
  }

  static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            JoinedConnection.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  static @Nullable Object call(Object target, Method method, Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }
}
