package dev.river.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.OptionalInt;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class PoolSizeTest {
  /** A data source that gives nothing, and says nothing of a size. */
  public static class NoPool implements DataSource {
    @Override
    public Connection getConnection() throws SQLException {
      throw new SQLException("there is no database", "08001");
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
      return getConnection();
    }

    @Override
    public PrintWriter getLogWriter() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void setLogWriter(PrintWriter out) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int getLoginTimeout() {
      return 0;
    }

    @Override
    public void setLoginTimeout(int seconds) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Logger getParentLogger() {
      throw new UnsupportedOperationException();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
      throw new SQLException("wraps nothing");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
      return false;
    }
  }

  /** As HikariCP. */
  public static class Hikari extends NoPool {
    public int getMaximumPoolSize() {
      return 10;
    }
  }

  /** As DBCP 2, where a negative number is no limit. */
  public static class Dbcp extends NoPool {
    public int getMaxTotal() {
      return -1;
    }
  }

  /** As Tomcat JDBC. */
  public static class Tomcat extends NoPool {
    public int getMaxActive() {
      return 100;
    }
  }

  /** As c3p0. */
  public static class C3p0 extends NoPool {
    public int getMaxPoolSize() {
      return 15;
    }
  }

  /** As UCP, whose methods throw. */
  public static class Broken extends NoPool {
    public int getMaxPoolSize() throws Exception {
      throw new Exception("broken");
    }
  }

  /** As Spring's proxies. */
  public static class Proxy extends NoPool {
    private final DataSource target;

    Proxy(DataSource target) {
      this.target = target;
    }

    public DataSource getTargetDataSource() {
      return target;
    }
  }

  /** A proxy of itself. */
  public static class Endless extends NoPool {
    public DataSource getTargetDataSource() {
      return this;
    }
  }

  @Test
  void isWhatThePoolSays() {
    assertThat(PoolSize.of(new Hikari())).isEqualTo(OptionalInt.of(10));
    assertThat(PoolSize.of(new Tomcat())).isEqualTo(OptionalInt.of(100));
    assertThat(PoolSize.of(new C3p0())).isEqualTo(OptionalInt.of(15));
    assertThat(PoolSize.of(new Proxy(new Proxy(new Hikari())))).isEqualTo(OptionalInt.of(10));
  }

  @Test
  void isUnknownWhereNobodyTells() {
    assertThat(PoolSize.of(new NoPool())).isEmpty();
    assertThat(PoolSize.of(new Dbcp())).isEmpty();
    assertThat(PoolSize.of(new Broken())).isEmpty();
    assertThat(PoolSize.of(new Endless())).isEmpty();
    assertThat(PoolSize.of(new Proxy(new NoPool()))).isEmpty();
  }
}
