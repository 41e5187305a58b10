package dev.river.internal.store;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a data source how many connections it gives at most, if it is a pool that tells. */
public final class PoolSize {
  private static final Logger LOG = LoggerFactory.getLogger(PoolSize.class);

  /** Of HikariCP; DBCP 2; Tomcat JDBC, Druid; c3p0, UCP; Vibur. */
  private static final List<String> GETTERS =
      List.of(
          "getMaximumPoolSize", "getMaxTotal", "getMaxActive", "getMaxPoolSize", "getPoolMaxSize");

  /** Of Spring's proxies. */
  private static final String TARGET = "getTargetDataSource";

  private static final int MOST_PROXIES = 10;

  private PoolSize() {}

  /**
   * {@return how many connections a data source gives at most; empty if it doesn't say, or has no
   * limit}
   *
   * @param dataSource any
   */
  public static OptionalInt of(DataSource dataSource) {
    Object source = dataSource;
    for (int i = 0; i < MOST_PROXIES; i++) {
      for (String getter : GETTERS) {
        if (call(source, getter).orElse(0) instanceof Integer size && size > 0) {
          return OptionalInt.of(size);
        }
      }
      Optional<Object> target = call(source, TARGET);
      if (target.isEmpty()) {
        return OptionalInt.empty();
      }
      source = target.get();
    }
    return OptionalInt.empty();
  }

  /** Whatever goes wrong, it is only that nothing is known. */
  private static Optional<Object> call(Object source, String getter) {
    try {
      Method method = source.getClass().getMethod(getter);
      return Optional.ofNullable(method.invoke(source));
    } catch (NoSuchMethodException e) {
      return Optional.empty();
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      LOG.debug("{} of {} can't be called", getter, source.getClass().getName(), e);
      return Optional.empty();
    }
  }
}
