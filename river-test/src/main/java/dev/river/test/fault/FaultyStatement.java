package dev.river.test.fault;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Stands for a statement of any sort. */
final class FaultyStatement implements InvocationHandler {
  private final FaultyConnection connection;
  private final Statement target;
  private final @Nullable String prepared;
  private final Queue<String> batch = new ConcurrentLinkedQueue<>();

  /**
   * Creates it.
   *
   * @param connection whose statement it is
   * @param target what it stands for
   * @param prepared its text; null if each call brings one
   */
  FaultyStatement(FaultyConnection connection, Statement target, @Nullable String prepared) {
    this.connection = connection;
    this.target = target;
    this.prepared = prepared;
  }

  Object proxy() {
    return Proxy.newProxyInstance(
        FaultyStatement.class.getClassLoader(), new Class<?>[] {sort()}, this);
  }

  private Class<?> sort() {
    if (target instanceof CallableStatement) {
      return CallableStatement.class;
    }
    return target instanceof PreparedStatement ? PreparedStatement.class : Statement.class;
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] args)
      throws Throwable {
    Call call = new Call(target, method, args);
    if (call.isForProxy()) {
      return call.runOn(proxy);
    }
    return switch (call.name()) {
      case "getConnection" -> connection.proxy();
      case "execute", "executeQuery", "executeUpdate", "executeLargeUpdate" ->
          connection.execute(List.of(text(call)), call);
      case "executeBatch", "executeLargeBatch" -> connection.execute(batched(), call);
      case "addBatch" -> addBatch(call);
      case "clearBatch" -> {
        batch.clear();
        yield connection.run(call);
      }
      default -> connection.run(call);
    };
  }

  private String text(Call call) {
    return call.first() instanceof String sql ? sql : String.valueOf(prepared);
  }

  private @Nullable Object addBatch(Call call) throws Throwable {
    Object answer = connection.run(call);
    batch.add(text(call));
    return answer;
  }

  /** A batch is empty when it has run, whatever became of it. */
  private List<String> batched() {
    List<String> statements = batch.stream().distinct().toList();
    batch.clear();
    return statements;
  }
}
