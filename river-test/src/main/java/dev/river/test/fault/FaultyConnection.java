package dev.river.test.fault;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Stands for a connection, and lets faults happen on it. */
final class FaultyConnection implements InvocationHandler {
  private final OpenConnections all;
  private final Connection target;
  private final Connection proxy;

  /** The statements of the present transaction; none while each commits by itself. */
  private final Queue<String> transaction = new ConcurrentLinkedQueue<>();

  private volatile @Nullable Fault lost;

  FaultyConnection(OpenConnections all, Connection target) {
    this.all = all;
    this.target = target;
    this.proxy =
        (Connection)
            Proxy.newProxyInstance(
                FaultyConnection.class.getClassLoader(), new Class<?>[] {Connection.class}, this);
  }

  Connection proxy() {
    return proxy;
  }

  @Override
  public @Nullable Object invoke(Object self, Method method, @Nullable Object @Nullable [] args)
      throws Throwable {
    Call call = new Call(target, method, args);
    if (call.isForProxy()) {
      return seenAs(call);
    }
    return switch (call.name()) {
      case "isClosed" -> lost != null || Boolean.TRUE.equals(call.run());
      case "isValid" -> lost == null && Boolean.TRUE.equals(call.run());
      case "close", "abort" -> end(call);
      case "commit" -> commit(call);
      case "rollback" -> rollBack(call);
      case "setAutoCommit" -> setAutoCommit(call);
      case "createStatement", "prepareStatement", "prepareCall" -> statement(call);
      default -> runAlive(call);
    };
  }

  /** What is done on the driver's connection can't be seen, but it belongs to the transaction. */
  private @Nullable Object seenAs(Call call) throws Throwable {
    Object seen = call.runOn(proxy);
    if (call.name().equals("unwrap") && !proxy.equals(seen) && isInTransaction()) {
      transaction.add(StatementText.OF_DRIVER);
    }
    return seen;
  }

  private boolean isInTransaction() throws SQLException {
    return lost == null && !target.isClosed() && !target.getAutoCommit();
  }

  private @Nullable Object end(Call call) throws Throwable {
    all.forget(this);
    transaction.clear();
    try {
      return call.run();
    } catch (SQLException e) {
      if (lost == null) {
        throw e;
      }
      return null; // a pool has noticed that it is broken
    }
  }

  private @Nullable Object commit(Call call) throws Throwable {
    checkAlive();
    List<String> statements = List.copyOf(transaction);
    boolean counts = StatementText.mayWrite(statements);
    if (counts) {
      strike(Moment.BEFORE_COMMIT, statements);
    }
    Object answer;
    try {
      answer = run(call);
    } finally {
      transaction.clear();
    }
    if (counts) {
      strike(Moment.AFTER_COMMIT, statements);
    }
    return answer;
  }

  private @Nullable Object rollBack(Call call) throws Throwable {
    Object answer = runAlive(call);
    if (call.first() == null) { // not to a savepoint
      transaction.clear();
    }
    return answer;
  }

  /** To commit each statement by itself commits those before. */
  private @Nullable Object setAutoCommit(Call call) throws Throwable {
    checkAlive();
    return Boolean.TRUE.equals(call.first()) && !target.getAutoCommit() ? commit(call) : run(call);
  }

  private @Nullable Object statement(Call call) throws Throwable {
    Object statement = runAlive(call);
    return statement == null
        ? null
        : new FaultyStatement(this, (Statement) statement, (String) sqlOf(call)).proxy();
  }

  private static @Nullable Object sqlOf(Call call) {
    return call.name().equals("createStatement") ? null : call.first();
  }

  /** {@return the answer of statements, which are one, or those of a batch} */
  @Nullable Object execute(List<String> statements, Call call) throws Throwable {
    checkAlive();
    boolean autoCommit = target.getAutoCommit();
    boolean commits = autoCommit && StatementText.mayWrite(statements);
    strike(Moment.BEFORE_STATEMENT, statements);
    if (commits) {
      strike(Moment.BEFORE_COMMIT, statements);
    }
    Object answer = run(call);
    if (!autoCommit) {
      transaction.addAll(statements);
    }
    strike(Moment.AFTER_STATEMENT, statements);
    if (commits) {
      strike(Moment.AFTER_COMMIT, statements);
    }
    return answer;
  }

  /** {@return the answer of a call, which a crash may have cost meanwhile} */
  @Nullable Object run(Call call) throws Throwable {
    try {
      return call.run();
    } catch (SQLException e) {
      Fault fault = lost;
      throw fault == null ? e : onLostConnection(fault, e);
    }
  }

  private @Nullable Object runAlive(Call call) throws Throwable {
    checkAlive();
    return run(call);
  }

  private void checkAlive() throws InjectedFault {
    Fault fault = lost;
    if (fault != null) {
      throw onLostConnection(fault, null);
    }
  }

  private static InjectedFault onLostConnection(Fault fault, @Nullable Throwable cause) {
    return new InjectedFault("the connection is lost since: " + fault, "08006", cause);
  }

  private void strike(Moment moment, List<String> statements) throws InjectedFault {
    ArmedFault due = all.plan().due(moment, statements).orElse(null);
    if (due != null) {
      InjectedFault thrown = happen(due.fault(), due.effect());
      all.plan().happen(due.fault());
      throw thrown;
    }
  }

  private InjectedFault happen(Fault fault, Effect effect) {
    return switch (effect) {
      case Effect.Refusal refusal ->
          new InjectedFault(
              fault.toString(), refusal.sqlState(), Refusals.onServer(target, refusal.sqlState()));
      case Effect.Loss loss -> {
        lose(fault);
        yield new InjectedFault(fault.toString(), "08006", null);
      }
      case Effect.Crash crash -> {
        all.crash(fault);
        yield new InjectedFault(fault.toString(), "08006", null);
      }
    };
  }

  /** Cuts the connection, so that the server rolls back. */
  void lose(Fault fault) {
    if (lost != null) {
      return;
    }
    lost = fault;
    transaction.clear();
    try {
      target.abort(Runnable::run);
    } catch (SQLException e) {
      throw new IllegalStateException("the driver can't cut its connection", e);
    }
  }
}
