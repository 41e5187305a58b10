package dev.river.internal.store;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.val;

import dev.river.error.DatabaseException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.SQLDataType;

/**
 * Where statements run: our own connections or a caller's, always with our own jOOQ settings. What
 * goes wrong is a {@link DatabaseException}. Thread-safe.
 */
public final class Database implements Scope {
  private static final Field<Instant> SERVERS_NOW = function("now", SQLDataType.INSTANT);
  private static final Field<Instant> NOW = new JobTime(SERVERS_NOW);

  private final DataSource dataSource;
  private final Optional<String> schema;
  private final Contexts contexts;
  private final Optional<Duration> silenceLimit;
  private final ConnectionSource connections;
  private final boolean onOwnThreads;

  /**
   * Creates it without connecting. It waits for answers as long as its connections do.
   *
   * @param dataSource gives connections to one database
   * @param schema the schema of River's tables, a valid name; empty to follow the search path
   */
  public Database(DataSource dataSource, Optional<String> schema) {
    this(dataSource, schema, Optional.empty());
  }

  /**
   * Creates it as {@link #Database(DataSource, Optional)} does.
   *
   * @param dataSource gives connections to one database
   * @param schema the schema of River's tables, a valid name; empty to follow the search path
   * @param clock what decides about jobs; empty for the server's time
   */
  public Database(DataSource dataSource, Optional<String> schema, Optional<InstantSource> clock) {
    this(dataSource, schema, new Contexts(schema, clock), Optional.empty(), false);
  }

  private Database(
      DataSource dataSource,
      Optional<String> schema,
      Contexts contexts,
      Optional<Duration> silenceLimit,
      boolean onOwnThreads) {
    this.dataSource = dataSource;
    this.schema = schema;
    this.contexts = contexts;
    this.silenceLimit = silenceLimit;
    this.connections = new ConnectionSource(dataSource);
    this.onOwnThreads = onOwnThreads;
  }

  /**
   * {@return the same, but on connections of its own it gives a server up that doesn't answer} For
   * statements that may be repeated.
   *
   * @param limit how long it waits for an answer
   */
  public Database withSilenceLimit(Duration limit) {
    return new Database(dataSource, schema, contexts, Optional.of(limit), onOwnThreads);
  }

  /**
   * {@return the same for threads of our own, which are never in a transaction of a caller's} It
   * doesn't look whether its connections are.
   */
  public Database onOwnThreads() {
    return new Database(dataSource, schema, contexts, silenceLimit, true);
  }

  /** {@return the schema of River's tables; empty to follow the search path} */
  public Optional<String> schema() {
    return schema;
  }

  /** {@return the gate to new connections, which are the taker's to close} */
  public DataSource dataSource() {
    return dataSource;
  }

  /**
   * {@return what the work returns that runs on a connection of our own, in a transaction of its
   * own} If the data source gives the connection of the caller's transaction, it runs in that, and
   * neither commits nor changes it.
   *
   * @param <T> what the work returns
   * @param work one statement or several
   * @throws DatabaseException if the database refuses it or can't be reached; nothing is stored
   *     then, unless the connection broke while the commit was on its way
   */
  @Override
  public <T> T call(Function<DSLContext, T> work) {
    return call(work, result -> {});
  }

  @Override
  public <T> T call(Function<DSLContext, T> work, Consumer<? super T> committed) {
    return run(
        Duration.ZERO,
        connection -> inTransaction(connection, work),
        connection -> work.apply(on(connection)),
        committed);
  }

  /**
   * {@return what the work returns that makes no sense in a caller's transaction}
   *
   * @param <T> what the work returns
   * @param what the work, for a message
   * @param work one statement or several
   * @throws DatabaseException as {@link #call} does
   * @throws IllegalStateException if the data source gives the connection of such a transaction
   */
  public <T> T callOutsideOfTransactions(String what, Function<DSLContext, T> work) {
    return run(
        Duration.ZERO,
        connection -> inTransaction(connection, work),
        connection -> {
          throw new IllegalStateException(
              what
                  + " must not be called in a transaction whose connection the client's DataSource"
                  + " hands out: call it before or after");
        },
        result -> {});
  }

  /**
   * {@return what the work returns whose statements belong together} They run in one transaction on
   * a connection of our own, or behind a savepoint where {@link #call} joins a caller's: all of
   * them count, or none does.
   *
   * @param <T> what the work returns
   * @param work several statements
   * @throws DatabaseException as {@link #call} does
   */
  public <T> T callAtomically(Function<DSLContext, T> work) {
    return callAtomically(work, result -> {});
  }

  private <T> T callAtomically(Function<DSLContext, T> work, Consumer<? super T> committed) {
    return run(
        Duration.ZERO,
        connection -> atomically(connection, work),
        connection -> callUndoablyOn(connection, work),
        committed);
  }

  /** {@return what runs each work as {@link #callAtomically} does} */
  public Scope atomically() {
    return new Scope() {
      @Override
      public <T> T call(Function<DSLContext, T> work) {
        return callAtomically(work);
      }

      @Override
      public <T> T call(Function<DSLContext, T> work, Consumer<? super T> committed) {
        return callAtomically(work, committed);
      }
    };
  }

  /**
   * {@return what the work returns whose statements belong together and must not take long}
   *
   * @param <T> what the work returns
   * @param limit how long each statement may take; then the server cancels it
   * @param work several statements
   * @throws DatabaseException as {@link #call} does; {@link DatabaseException#isTimeout} tells
   *     whether a statement took too long
   */
  public <T> T callWithin(Duration limit, Function<DSLContext, T> work) {
    Function<DSLContext, T> timed =
        db -> {
          setLocal(db, "statement_timeout", limit.toMillis() + "ms");
          return work.apply(db);
        };
    return run(
        limit,
        connection -> atomically(connection, timed),
        connection -> callUndoablyOn(connection, work), // whose limits are the caller's
        result -> {});
  }

  private static void setLocal(DSLContext db, String setting, String value) {
    db.select(function("set_config", SQLDataType.CLOB, val(setting), val(value), inline(true)))
        .fetch();
  }

  /**
   * {@return what the work returns whose statements belong together} They run behind a savepoint of
   * a caller's transaction: if the work throws, whatever it is, that is as it was before.
   *
   * @param <T> what the work returns
   * @param callers the connection
   * @param work several statements, or what may fail when they are done
   * @throws DatabaseException as {@link #call} does
   * @throws IllegalStateException if the connection is in no transaction
   */
  public <T> T callUndoablyOn(Connection callers, Function<DSLContext, T> work) {
    return CallersTransaction.of(callers, contexts).callUndoably(work);
  }

  /**
   * {@return what the work returns whose statements belong together} They run as {@link
   * #callUndoablyOn(Connection, Function)} runs them.
   *
   * @param <T> what the work returns
   * @param callers a context of any dialect and settings whose connection leads to PostgreSQL
   * @param work several statements, or what may fail when they are done
   * @throws DatabaseException as {@link #call} does
   * @throws IllegalStateException if the context is in no transaction
   */
  public <T> T callUndoablyOn(DSLContext callers, Function<DSLContext, T> work) {
    return CallersTransaction.of(callers, contexts).callUndoably(work);
  }

  /**
   * {@return what the work returns that runs on the connection of a caller's context, in a
   * transaction or not} The caller's configuration lends its connection and nothing else.
   *
   * @param <T> what the work returns
   * @param callers a context of any dialect and settings whose connection leads to PostgreSQL
   * @param work one statement or several
   */
  public <T> T callOn(DSLContext callers, Function<DSLContext, T> work) {
    return contexts.callOn(callers, work);
  }

  /**
   * {@return the transaction of a caller's context} To write in it throws an {@link
   * IllegalStateException} if there is none.
   */
  public Scope in(DSLContext callers) {
    return CallersTransaction.of(callers, contexts);
  }

  /**
   * {@return the transaction of a caller's connection} To write in it throws an {@link
   * IllegalStateException} if there is none.
   */
  public Scope in(Connection callers) {
    return CallersTransaction.of(callers, contexts);
  }

  /** {@return a context for statements on a caller's connection, which stays the caller's} */
  public DSLContext on(Connection connection) {
    return contexts.on(connection);
  }

  /**
   * {@return the current time, which decides about jobs} That of the server, if the client has no
   * clock of its own.
   */
  static Field<Instant> now() {
    return NOW;
  }

  /** {@return the current time of the server, which decides about clients} */
  static Field<Instant> serversNow() {
    // jOOQ's own current_timestamp goes through the session's time zone, which shifts it by an hour
    // when clocks go back.
    return SERVERS_NOW;
  }

  /** {@return the time that lies so many microseconds after the current one} */
  static Field<Instant> nowPlusMicros(Field<Long> micros) {
    return plusMicros(now(), micros);
  }

  /** {@return the time that lies so long after the current one} */
  static Field<Instant> nowPlus(Duration time) {
    return nowPlusMicros(val(time.toNanos() / 1_000));
  }

  /** {@return the time that lies so long before the current one} */
  static Field<Instant> nowMinus(Duration time) {
    return nowPlus(time.negated());
  }

  /** {@return the time that lies so long before the server's current one} */
  static Field<Instant> serversNowMinus(Duration time) {
    return plusMicros(serversNow(), val(-time.toNanos() / 1_000));
  }

  private static Field<Instant> plusMicros(Field<Instant> time, Field<Long> micros) {
    return field("{0} + {1} * interval '1 microsecond'", SQLDataType.INSTANT, time, micros);
  }

  /** Something that is done on a connection. */
  @FunctionalInterface
  private interface Statements<T> {
    T runOn(Connection connection) throws SQLException;
  }

  /**
   * {@return what statements return on a connection that was taken for them}
   *
   * @param busy how long the server may take for one of them
   * @param own runs where we begin and end the transaction
   * @param joined runs in a transaction of the caller's, which is the caller's to end
   * @param committed is told of what we have committed
   */
  private <T> T run(
      Duration busy, Statements<T> own, Statements<T> joined, Consumer<? super T> committed) {
    T result;
    try (ConnectionSource.Taken taken = onOwnThreads ? connections.takeOwn() : connections.take()) {
      if (taken.isCallers()) {
        return joined.runOn(taken.connection());
      }
      result = onOurOwn(taken.connection(), busy, own);
    } catch (SQLException e) {
      throw DatabaseErrors.translate(e);
    }
    committed.accept(result);
    return result;
  }

  private <T> T onOurOwn(Connection connection, Duration busy, Statements<T> statements)
      throws SQLException {
    return silenceLimit.isEmpty()
        ? statements.runOn(connection)
        : limited(connection, busy.plus(silenceLimit.get()), statements);
  }

  private static <T> T limited(Connection connection, Duration limit, Statements<T> statements)
      throws SQLException {
    int before = connection.getNetworkTimeout();
    connection.setNetworkTimeout(Runnable::run, (int) limit.toMillis());
    T result;
    try {
      result = statements.runOn(connection);
    } catch (Throwable e) { // extensions of users are in it, which may throw anything
      reset(connection, before, e);
      throw e;
    }
    connection.setNetworkTimeout(Runnable::run, before);
    return result;
  }

  private static void reset(Connection connection, int networkTimeout, Throwable failure) {
    try {
      connection.setNetworkTimeout(Runnable::run, networkTimeout);
    } catch (SQLException e) {
      failure.addSuppressed(e); // the connection is lost, and its pool drops it
    }
  }

  private <T> T inTransaction(Connection connection, Function<DSLContext, T> work)
      throws SQLException {
    return connection.getAutoCommit() ? work.apply(on(connection)) : committed(connection, work);
  }

  private <T> T atomically(Connection connection, Function<DSLContext, T> work)
      throws SQLException {
    boolean autoCommitBefore = connection.getAutoCommit();
    connection.setAutoCommit(false);
    try {
      return committed(connection, work);
    } finally {
      if (!connection.isClosed()) {
        connection.setAutoCommit(autoCommitBefore);
      }
    }
  }

  private <T> T committed(Connection connection, Function<DSLContext, T> work) throws SQLException {
    try {
      T result = work.apply(on(connection));
      connection.commit();
      return result;
    } catch (Throwable e) { // extensions of users are in it, which may throw anything
      rollBack(connection, e);
      throw e;
    }
  }

  private static void rollBack(Connection connection, Throwable failure) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      failure.addSuppressed(e);
    }
  }
}
