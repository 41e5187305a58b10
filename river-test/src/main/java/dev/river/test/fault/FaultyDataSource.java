package dev.river.test.fault;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * A data source on which faults happen when a test says so: connections that are lost, statements
 * that are refused, a process that crashes. The server is a real one, and sees what it would see.
 *
 * <pre>{@code
 * FaultyDataSource faults = FaultyDataSource.around(dataSource);
 * try (RiverClient client = RiverClient.builder(faults).workers(workers).queue("default", 5).build()) {
 *   client.start();
 *   Fault lost = faults.failCompletion().connectionLostBefore();
 *
 *   long id = client.insert(new SortArgs(List.of("whale"))).job().id();
 *
 *   lost.await(Duration.ofSeconds(10)); // the client tries again, and the job is worked once
 *   await().until(() -> client.jobs().get(id).orElseThrow().state() == JobState.COMPLETED);
 * }
 * }</pre>
 *
 * <p>The other faults:
 *
 * <pre>{@code
 * faults.loseConnectionAtCommit().afterTheCommit();   // stored, but nobody knows
 * faults.loseConnectionAtCommit().beforeTheCommit();  // not stored
 * faults.loseConnectionAtCommit().ofTransactionsWith(sql -> sql.contains("orders")).afterTheCommit();
 * faults.failCompletion().refused();
 * faults.failStatement(sql -> sql.contains("orders")).nth(2).refused("23505");
 * faults.crash().countingOnly(sql -> sql.contains("orders")).afterStatement(3);
 * faults.crash().now();
 * }</pre>
 *
 * <p><b>Faults</b> happen once, at the first statement or commit that they are for, unless said
 * otherwise; of several that are due at once, the one that was armed first. {@link #happened} and
 * the {@link Fault} that arming returns tell whether they did. What is thrown then is an {@link
 * InjectedFault}, whose SQLSTATE is that of the real thing, so that clients and pools do what they
 * would do.
 *
 * <p><b>A lost connection</b> is really cut: the server rolls back what was not committed, as soon
 * as it notices, which is at once but not before the call returns. Everything that is tried on it
 * fails.
 *
 * <p><b>A crash</b> is one of a process: every connection from this data source is cut, and there
 * are no new ones until {@link #reset}. The threads go on, of course, with nothing but failures
 * from the database; so use a client that is to die with a data source of its own, and let another
 * client take over. To close a client whose database is gone takes it the time that it gives its
 * jobs; reset first to have it sooner.
 *
 * <p><b>Statements</b> are what is executed through JDBC, a batch being one. A client that runs
 * sends some all the time, as does a pool, so that a test had better say by their text which ones
 * it means. What is done on the driver's own connection after {@code unwrap}, such as {@code COPY}
 * and waiting for notifications, or with a statement that a {@code ResultSet} gives away, is not
 * seen, but ends with a connection that is cut.
 *
 * <p><b>Commits</b> are those of {@link Connection#commit}, of {@code setAutoCommit(true)} in a
 * transaction, and of single statements that commit by themselves; not {@code COMMIT} as the text
 * of a statement. Only what may have stored something counts: a transaction or a statement that
 * begins with another word than {@code SELECT}, {@code VALUES}, {@code TABLE}, {@code SHOW}, {@code
 * SET}, {@code RESET}, {@code LISTEN}, {@code UNLISTEN} and {@code EXPLAIN}, or in which the
 * driver's own connection was used.
 *
 * <p>It may lie below a pool or above it. Thread-safe.
 */
public final class FaultyDataSource implements DataSource, AutoCloseable {
  private final DataSource source;
  private final FaultPlan plan = new FaultPlan();
  private final OpenConnections connections = new OpenConnections(plan);

  private FaultyDataSource(DataSource source) {
    this.source = Objects.requireNonNull(source, "source");
  }

  /**
   * {@return a data source without faults as yet}
   *
   * @param source gives connections to PostgreSQL, a pool for instance; never closed
   */
  public static FaultyDataSource around(DataSource source) {
    return new FaultyDataSource(source);
  }

  /** {@return a fault of any statement, to be completed} */
  public StatementFaults failStatement() {
    return new StatementFaults(plan, "a statement", any -> true);
  }

  /**
   * {@return a fault of some statements, to be completed}
   *
   * @param sql what is true of their text, with question marks for parameters. It is asked on
   *     whatever thread runs a statement.
   */
  public StatementFaults failStatement(Predicate<String> sql) {
    return new StatementFaults(plan, "a statement", Objects.requireNonNull(sql, "sql"));
  }

  /**
   * {@return a fault of the statement by which clients store how attempts ended, to be completed}
   * That is the outcome of one job or of many, also where a worker completes its job in a
   * transaction of its own, or where the leader puts back the jobs of a client that is gone.
   */
  public StatementFaults failCompletion() {
    return new StatementFaults(plan, "a completion", StatementText::isCompletion);
  }

  /** {@return a connection that is lost at a commit, to be completed} */
  public CommitFaults loseConnectionAtCommit() {
    return new CommitFaults(plan);
  }

  /** {@return a crash of the process, to be completed} */
  public CrashFaults crash() {
    return new CrashFaults(plan, this::crash);
  }

  private void crash(Fault fault) {
    plan.checkOpen();
    connections.crash(fault);
    plan.happen(fault);
  }

  /** {@return the faults that have happened, each as often as it did, in their order} */
  public List<Fault> happened() {
    return plan.happened();
  }

  /** {@return the faults that are still to happen} A test may require that there are none left. */
  public List<Fault> armed() {
    return plan.armed();
  }

  /**
   * Begins anew: no fault is armed, none has happened, and after a crash there are new connections
   * again. Connections that are lost remain so.
   */
  public void reset() {
    plan.reset();
    connections.recover();
  }

  /**
   * Ends all faults: none is armed any more or can be, and after a crash there are new connections
   * again. What has happened stays known. Connections can still be taken, and the source is not
   * closed.
   */
  @Override
  public void close() {
    plan.close();
    connections.recover();
  }

  @Override
  public Connection getConnection() throws SQLException {
    return connections.open(source::getConnection);
  }

  @Override
  public Connection getConnection(String username, String password) throws SQLException {
    return connections.open(() -> source.getConnection(username, password));
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    return source.getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    source.setLogWriter(out);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    source.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return source.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    return source.getParentLogger();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    if (type.isInstance(this)) {
      return type.cast(this);
    }
    return type.isInstance(source) ? type.cast(source) : source.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return type.isInstance(this) || type.isInstance(source) || source.isWrapperFor(type);
  }
}
