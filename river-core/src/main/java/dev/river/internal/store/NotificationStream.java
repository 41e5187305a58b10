package dev.river.internal.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * A connection that listens on channels for as long as it is open, and a session that may hold
 * advisory locks as long. Belongs to one thread.
 */
public final class NotificationStream implements AutoCloseable {
  private static final int SECONDS_TO_ANSWER = 5;

  /**
   * What is set while the connection is kept. A server may end sessions that are idle for long,
   * which this one is; and a statement of a guest must not hold up who waits for work.
   */
  private static final Map<String, String> SETTINGS =
      Map.of("idle_session_timeout", "0", "lock_timeout", "50ms", "statement_timeout", "500ms");

  private final Connection connection;
  private final Before before;
  private final DSLContext session;
  private final Map<String, Topic> channels;

  private NotificationStream(
      Connection connection, Before before, DSLContext session, Map<String, Topic> channels) {
    this.connection = connection;
    this.before = before;
    this.session = session;
    this.channels = channels;
  }

  /** How the connection came from its pool. */
  private record Before(
      boolean autoCommit, int networkTimeout, int isolation, Map<String, String> settings) {}

  /** What notifications are about. */
  public enum Topic {
    /** Hints of new work. */
    INSERT(Notifications.INSERT_TOPIC),
    /** What producers are told. */
    CONTROL(Notifications.CONTROL_TOPIC),
    /** What is said about the leader. */
    LEADERSHIP(Notifications.LEADERSHIP_TOPIC);

    private final String channel;

    Topic(String channel) {
      this.channel = channel;
    }
  }

  /**
   * Something that arrived.
   *
   * @param topic what it is about
   * @param payload what was sent
   * @param sender the server process of the session that sent it; it may have ended since
   */
  public record Notification(Topic topic, String payload, int sender) {

    /**
     * Creates one of an unknown sender.
     *
     * @param topic what it is about
     * @param payload what was sent
     */
    public Notification(Topic topic, String payload) {
      this(topic, payload, 0);
    }

    /** {@return whether the other one says the same, whoever sent it} */
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Notification that
          && topic == that.topic
          && payload.equals(that.payload);
    }

    @Override
    public int hashCode() {
      return payload.hashCode();
    }

    /** {@return the topic; the payload may hold the metadata of a queue} */
    @Override
    public String toString() {
      return "Notification[topic=%s]".formatted(topic);
    }
  }

  /** {@return a stream of what arrives from now on} */
  static NotificationStream open(Database database, Notifications notifications) {
    try {
      Connection connection = connect(database);
      try {
        boolean autoCommitBefore = connection.getAutoCommit();
        int networkTimeoutBefore = connection.getNetworkTimeout();
        connection.setAutoCommit(true);
        // A session that was cut without a word must not hold up who uses it.
        connection.setNetworkTimeout(Runnable::run, SECONDS_TO_ANSWER * 1_000);
        var before =
            new Before(
                autoCommitBefore,
                networkTimeoutBefore,
                connection.getTransactionIsolation(),
                read(connection));
        isolate(connection, Connection.TRANSACTION_READ_COMMITTED);
        DSLContext session = database.on(connection);
        Map<String, Topic> channels = new HashMap<>();
        for (Topic topic : Topic.values()) {
          String channel = notifications.channelName(session, topic.channel);
          listen(connection, channel);
          channels.put(channel, topic);
        }
        for (String name : before.settings().keySet()) {
          set(connection, name, SETTINGS.get(name));
        }
        return new NotificationStream(connection, before, session, channels);
      } catch (SQLException | RuntimeException | Error e) {
        PhysicalConnections.end(connection); // it may have some of our settings already
        PhysicalConnections.closeAfter(e, connection);
        throw e;
      }
    } catch (SQLException e) {
      throw DatabaseErrors.translate(e);
    }
  }

  private static void isolate(Connection connection, int level) throws SQLException {
    if (connection.getTransactionIsolation() != level) {
      connection.setTransactionIsolation(level);
    }
  }

  private static Connection connect(Database database) {
    try {
      return database.dataSource().getConnection();
    } catch (SQLException e) {
      throw DatabaseErrors.translateOfConnecting(e);
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
      return arrived == null ? List.of() : Arrays.stream(arrived).flatMap(this::read).toList();
    } catch (SQLException e) {
      throw DatabaseErrors.translate(e);
    }
  }

  /** A connection from a pool may listen to what someone else left on it. */
  private Stream<Notification> read(PGNotification arrived) {
    return Optional.ofNullable(channels.get(arrived.getName())).stream()
        .map(topic -> new Notification(topic, arrived.getParameter(), arrived.getPID()));
  }

  /** {@return the session, for statements that commit one by one} */
  public DSLContext session() {
    return session;
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

  /**
   * Gives the connection back to its pool as it came from there, if it still works: without locks,
   * and with its settings.
   */
  @Override
  public void close() {
    try (connection) {
      restore();
    } catch (SQLException e) {
      throw DatabaseErrors.translate(e);
    }
  }

  /** One that can't be restored is ended, so that no pool lends it with our locks and settings. */
  private void restore() throws SQLException {
    boolean restored = false;
    try (Statement statement = connection.createStatement()) {
      statement.execute("UNLISTEN *");
      statement.execute("SELECT pg_advisory_unlock_all()");
      isolate(connection, before.isolation());
      for (Map.Entry<String, String> setting : before.settings().entrySet()) {
        set(connection, setting.getKey(), setting.getValue());
      }
      connection.setAutoCommit(before.autoCommit());
      connection.setNetworkTimeout(Runnable::run, before.networkTimeout());
      restored = true;
    } finally {
      if (!restored) {
        PhysicalConnections.end(connection);
      }
    }
  }

  /**
   * Ends the connection: it leads to a server that is of no use, and its pool must not lend it
   * again.
   */
  public void end() {
    PhysicalConnections.end(connection);
    try {
      connection.close();
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

  /**
   * {@return those of our settings that the server knows, as they are: not all are of old age} None
   * behind a pooler, where they might be set for others.
   */
  private static Map<String, String> read(Connection connection) throws SQLException {
    Map<String, String> found = new HashMap<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT name, current_setting(name) FROM pg_settings"
                + " WHERE name = ANY (?) AND pg_backend_pid() = ?")) {
      query.setArray(1, connection.createArrayOf("text", SETTINGS.keySet().toArray()));
      query.setInt(2, connection.unwrap(PGConnection.class).getBackendPID());
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          found.put(rows.getString(1), rows.getString(2));
        }
      }
    }
    return found;
  }

  private static void set(Connection connection, String name, @Nullable String value)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT set_config(?, ?, false)")) {
      statement.setString(1, name);
      statement.setString(2, value);
      statement.execute();
    }
  }
}
