package dev.river.internal.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jooq.DSLContext;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** A connection that listens on channels for as long as it is open. Belongs to one thread. */
public final class NotificationStream implements AutoCloseable {
  private static final int SECONDS_TO_ANSWER = 5;

  private final Connection connection;
  private final boolean autoCommitBefore;
  private final String controlChannel;

  private NotificationStream(
      Connection connection, boolean autoCommitBefore, String controlChannel) {
    this.connection = connection;
    this.autoCommitBefore = autoCommitBefore;
    this.controlChannel = controlChannel;
  }

  /**
   * Something that arrived.
   *
   * @param isControl whether it tells producers something; else it is a hint of new work
   * @param payload what was sent
   */
  public record Notification(boolean isControl, String payload) {}

  /** {@return a stream of what arrives from now on} */
  static NotificationStream open(Database database, Notifications notifications) {
    try {
      Connection connection = database.dataSource().getConnection();
      try {
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(true);
        DSLContext db = database.on(connection);
        String control = notifications.channelName(db, Notifications.CONTROL_TOPIC);
        listen(connection, control);
        listen(connection, notifications.channelName(db, Notifications.INSERT_TOPIC));
        return new NotificationStream(connection, autoCommit, control);
      } catch (SQLException | RuntimeException | Error e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      throw DatabaseErrors.translate(e);
    }
  }

  /**
   * {@return what has arrived; waits for the first one}
   *
   * @param limit how long to wait; then the answer is empty
   */
  public List<Notification> take(Duration limit) {
    try {
      PGNotification[] arrived =
          connection.unwrap(PGConnection.class).getNotifications((int) limit.toMillis());
      return arrived == null ? List.of() : Arrays.stream(arrived).map(this::read).toList();
    } catch (SQLException e) {
      throw DatabaseErrors.translate(e);
    }
  }

  private Notification read(PGNotification arrived) {
    return new Notification(arrived.getName().equals(controlChannel), arrived.getParameter());
  }

  /** Asks the server for a sign of life, because a connection that was cut says nothing. */
  public void checkAlive() {
    try {
      if (!connection.isValid(SECONDS_TO_ANSWER)) {
        throw new SQLException("the server doesn't answer on the LISTEN connection", "08006");
      }
    } catch (SQLException e) {
      throw DatabaseErrors.translate(e);
    }
  }

  /** Gives the connection back to its pool as it came from there, if it still works. */
  @Override
  public void close() {
    try (connection;
        Statement statement = connection.createStatement()) {
      statement.execute("UNLISTEN *");
      connection.setAutoCommit(autoCommitBefore);
    } catch (SQLException e) {
      throw DatabaseErrors.translate(e);
    }
  }

  /** LISTEN takes no parameters: the channel is an identifier, which the driver quotes. */
  private static void listen(Connection connection, String channel) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("LISTEN " + statement.enquoteIdentifier(channel, true));
    }
  }
}
