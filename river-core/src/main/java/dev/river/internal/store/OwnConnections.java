package dev.river.internal.store;

import dev.river.error.DatabaseException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jooq.DSLContext;

/**
 * Runs statements on connections that it takes for them: with a limit, if there is one, with what
 * the server needs, and so that a connection which is of no use any more is not lent again.
 * Thread-safe.
 */
final class OwnConnections {
  /** So much earlier than the client gives a statement up, the server does. */
  private static final Duration MARGIN = Duration.ofSeconds(1);

  /** For what has a limit on the server, and none of the client's. */
  private static final Duration USUAL_SILENCE = Duration.ofSeconds(10);

  /**
   * What the slowest server is trusted to read, store or write of JSON in a second. One with two
   * processors needs 3 to 8 seconds for 30 MB while others keep them busy.
   */
  private static final long BYTES_PER_SECOND = 1 << 20;

  private final ConnectionSource connections;
  private final Contexts contexts;
  private final OutageLog outages;
  private final ServerSettings server;
  private final Optional<Duration> silenceLimit;
  private final boolean onOwnThreads;

  /**
   * Creates it. It waits for answers as long as its connections do.
   *
   * @param dataSource gives the connections
   * @param contexts makes contexts for statements on them
   * @param clientId the client that is told of in the log
   */
  OwnConnections(DataSource dataSource, Contexts contexts, String clientId) {
    this(
        new ConnectionSource(dataSource),
        contexts,
        new OutageLog(clientId),
        new ServerSettings(clientId),
        Optional.empty(),
        false);
  }

  private OwnConnections(
      ConnectionSource connections,
      Contexts contexts,
      OutageLog outages,
      ServerSettings server,
      Optional<Duration> silenceLimit,
      boolean onOwnThreads) {
    this.connections = connections;
    this.contexts = contexts;
    this.outages = outages;
    this.server = server;
    this.silenceLimit = silenceLimit;
    this.onOwnThreads = onOwnThreads;
  }

  /** {@return the same, but it gives a server up that doesn't answer, and logs outages} */
  OwnConnections withSilenceLimit(Duration limit) {
    return new OwnConnections(
        connections, contexts, outages, server, Optional.of(limit), onOwnThreads);
  }

  /** {@return the same, with the time in its limit that so many bytes take} */
  OwnConnections forBytes(long bytes) {
    long seconds = bytes / BYTES_PER_SECOND;
    return silenceLimit.isEmpty() || seconds == 0
        ? this
        : withSilenceLimit(silenceLimit.get().plusSeconds(seconds));
  }

  /** {@return the same, for threads that are never in a transaction of a caller's} */
  OwnConnections onOwnThreads() {
    return new OwnConnections(connections, contexts, outages, server, silenceLimit, true);
  }

  /** Something that is done on a connection. */
  @FunctionalInterface
  interface Statements<T> {
    T runOn(Connection connection, DSLContext db) throws SQLException;
  }

  /**
   * {@return what statements return on a connection that was taken for them}
   *
   * @param busy how long the server may take for one of them
   * @param own runs where we begin and end the transaction
   * @param joined runs in a transaction of the caller's, which is the caller's to end
   * @param committed is told of what we have committed
   */
  <T> T run(Duration busy, Statements<T> own, Statements<T> joined, Consumer<? super T> committed) {
    T result;
    ConnectionSource.Taken taken = take();
    try {
      Connection connection = taken.connection();
      if (taken.isCallers()) {
        return joined.runOn(connection, contexts.on(connection));
      }
      result = run(connection, busy, own);
    } catch (SQLException e) {
      throw DatabaseErrors.translate(e);
    } finally {
      taken.giveBack();
    }
    committed.accept(result);
    return result;
  }

  /** Has it logged if a failure means that the database is away. */
  void noteFailure(DatabaseException failure) {
    if (silenceLimit.isPresent() && failure.isUnreachable()) {
      outages.failed(failure);
    }
  }

  /** {@return what the work returns in a transaction of its own, as cheap as that can be had} */
  <T> T inTransaction(Connection connection, DSLContext db, Function<DSLContext, T> work)
      throws SQLException {
    if (server.isIsolationToBeSet(connection)) {
      return atomically(connection, db, work);
    }
    return connection.getAutoCommit()
        ? work.apply(db)
        : Transactions.committed(connection, db, work);
  }

  /** {@return what the work returns, whose statements count all or none} */
  <T> T atomically(Connection connection, DSLContext db, Function<DSLContext, T> work)
      throws SQLException {
    return Transactions.atomically(connection, db, isolated(connection, work));
  }

  /** {@return work that runs at the isolation level that our statements are made for} */
  private <T> Function<DSLContext, T> isolated(Connection connection, Function<DSLContext, T> work)
      throws SQLException {
    if (!server.isIsolationToBeSet(connection)) {
      return work;
    }
    return db -> {
      db.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
      return work.apply(db);
    };
  }

  private ConnectionSource.Taken take() {
    try {
      return onOwnThreads ? connections.takeOwn() : connections.take();
    } catch (SQLException e) {
      DatabaseException failure = DatabaseErrors.translateOfConnecting(e);
      noteFailure(failure);
      throw failure;
    }
  }

  private <T> T run(Connection connection, Duration busy, Statements<T> statements) {
    try {
      T result =
          silenceLimit.isEmpty() && busy.isZero()
              ? allowingForServer(connection, contexts.on(connection), statements)
              : limited(connection, busy.plus(silenceLimit.orElse(USUAL_SILENCE)), statements);
      outages.succeeded();
      return result;
    } catch (SQLException e) {
      DatabaseException failure = DatabaseErrors.translate(e);
      endIfUseless(connection, failure);
      throw failure;
    } catch (Throwable e) { // extensions of users are in it, which may throw anything
      endIfUseless(connection, e);
      throw e;
    }
  }

  /**
   * A pool would lend it again. After an {@link Error} nobody knows how much of an answer the
   * driver has read.
   */
  private void endIfUseless(Connection connection, Throwable failure) {
    if (failure instanceof Error) {
      PhysicalConnections.end(connection);
      return;
    }
    for (Throwable link = failure; link != null; link = link.getCause()) {
      if (link instanceof DatabaseException ofDatabase && ofDatabase.isUnreachable()) {
        PhysicalConnections.end(connection);
        noteFailure(ofDatabase);
        return;
      }
    }
  }

  private <T> T limited(Connection connection, Duration limit, Statements<T> statements)
      throws SQLException {
    int before = connection.getNetworkTimeout();
    connection.setNetworkTimeout(Runnable::run, (int) limit.toMillis());
    T result;
    try {
      DSLContext db = contexts.on(connection, secondsBelow(limit));
      result = allowingForServer(connection, db, statements);
    } catch (Throwable e) { // extensions of users are in it, which may throw anything
      reset(connection, before, e);
      throw e;
    }
    PhysicalConnections.restore(
        connection, () -> connection.setNetworkTimeout(Runnable::run, before));
    return result;
  }

  private <T> T allowingForServer(Connection connection, DSLContext db, Statements<T> statements)
      throws SQLException {
    return server.allowingFor(connection, db, () -> statements.runOn(connection, db));
  }

  private static int secondsBelow(Duration limit) {
    return (int) Math.max(1, limit.minus(MARGIN).toSeconds());
  }

  private static void reset(Connection connection, int networkTimeout, Throwable failure) {
    try {
      connection.setNetworkTimeout(Runnable::run, networkTimeout);
    } catch (SQLException e) {
      failure.addSuppressed(e); // the connection is lost, and its pool drops it
    }
  }
}
