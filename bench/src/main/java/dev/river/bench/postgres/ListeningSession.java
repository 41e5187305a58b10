package dev.river.bench.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** A session that is told what others notify, and only counts it. */
public final class ListeningSession implements AutoCloseable {
  private static final int MILLIS_BETWEEN_LOOKS = 50;

  private final Connection connection;
  private final CompletableFuture<Void> reading;
  private final LongAdder heard = new LongAdder();
  private volatile boolean closing;

  private ListeningSession(Connection connection) {
    this.connection = connection;
    this.reading =
        CompletableFuture.runAsync(this::read, task -> new Thread(task, "listener").start());
  }

  /**
   * {@return a session that listens from now on}
   *
   * @param database where
   * @param channel an expression for the name of the channel
   */
  public static ListeningSession in(BenchDatabase database, String channel) {
    String name = database.sql().texts("SELECT quote_ident(%s)".formatted(channel)).getFirst();
    String listen = "LISTEN " + name;
    try {
      Connection connection = database.dataSource().getConnection();
      try (Statement statement = connection.createStatement()) {
        statement.execute(listen);
      }
      return new ListeningSession(connection);
    } catch (SQLException e) {
      throw Sql.failed(listen, e);
    }
  }

  /** {@return how many notifications have arrived so far} */
  public long heard() {
    return heard.sum();
  }

  private void read() {
    try {
      PGConnection notified = connection.unwrap(PGConnection.class);
      while (!closing) {
        PGNotification[] arrived = notified.getNotifications(MILLIS_BETWEEN_LOOKS);
        heard.add(arrived == null ? 0 : arrived.length);
      }
    } catch (SQLException e) {
      throw Sql.failed("LISTEN", e);
    }
  }

  /** Fails if it has not listened all the time. */
  @Override
  public void close() {
    closing = true;
    try (connection) {
      reading.join();
    } catch (SQLException e) {
      throw Sql.failed("UNLISTEN", e);
    }
  }
}
