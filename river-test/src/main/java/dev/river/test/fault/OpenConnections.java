package dev.river.test.fault;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The connections of a process, which a crash ends all at once. Thread-safe. */
final class OpenConnections {
  private final FaultPlan plan;
  private final Set<FaultyConnection> open = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Fault crash;

  OpenConnections(FaultPlan plan) {
    this.plan = plan;
  }

  /** Opens a connection to the server, or takes one from a pool. */
  @FunctionalInterface
  interface Opening {
    Connection open() throws SQLException;
  }

  FaultPlan plan() {
    return plan;
  }

  Connection open(Opening opening) throws SQLException {
    checkAlive(crash);
    FaultyConnection connection = new FaultyConnection(this, opening.open());
    open.add(connection);
    Fault since = crash;
    if (since != null) { // which has perhaps not seen this connection
      connection.lose(since);
      checkAlive(since);
    }
    return connection.proxy();
  }

  void forget(FaultyConnection connection) {
    open.remove(connection);
  }

  /** Cuts all connections, and refuses new ones. A second crash changes nothing. */
  void crash(Fault fault) {
    crash = fault;
    open.forEach(connection -> connection.lose(fault));
    open.clear();
  }

  /** Gives new connections again. */
  void recover() {
    crash = null;
  }

  private static void checkAlive(@Nullable Fault crash) throws InjectedFault {
    if (crash != null) {
      throw new InjectedFault("no connection after: " + crash, "08001", null);
    }
  }
}
