package dev.river.testing;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** Gives connections, but not each time that it is asked. */
public final class UnsteadyDataSource {
  private UnsteadyDataSource() {}

  /**
   * Makes one.
   *
   * @param target gives the connections
   * @param failures which calls fail, counted from 1
   */
  public static DataSource failingAt(DataSource target, Set<Integer> failures) {
    AtomicInteger calls = new AtomicInteger();
    return (DataSource)
        Proxy.newProxyInstance(
            UnsteadyDataSource.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, args) -> {
              if (method.getName().equals("getConnection")
                  && failures.contains(calls.incrementAndGet())) {
                throw new SQLException("gone for a moment", "08006");
              }
              try {
                return method.invoke(target, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
