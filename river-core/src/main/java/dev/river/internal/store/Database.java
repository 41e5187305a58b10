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
    this(dataSource, schema, new Contexts(schema, clock), Optional.empty());
  }

  private Database(
      DataSource dataSource,
      Optional<String> schema,
      Contexts contexts,
      Optional<Duration> silenceLimit) {
    this.dataSource = dataSource;
    this.schema = schema;
    this.contexts = contexts;
    this.silenceLimit = silenceLimit;
  }

  /**
   * {@return the same, but on connections of its own it gives a server up that doesn't answer} For
   * statements that may be repeated.
   *
   * @param limit how long it waits for an answer
   */
  public Database withSilenceLimit(Duration limit) {
    return new Database(dataSource, schema, contexts, Optional.of(limit));
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
   * own}
   *
   * @param <T> what the work returns
   * @param work one statement or several
   * @throws DatabaseException if the database refuses it or can't be reached; nothing is stored
   *     then, unless the connection broke while the commit was on its way
   */
  @Override
  public <T> T call(Function<DSLContext, T> work) {
    return onOurOwn(Duration.ZERO, connection -> inTransaction(connection, work));
  }

  /**
   * {@return what the work returns whose statements belong together} They run in one transaction on
   * a connection of our own: all of them count, or none does.
   *
   * @param <T> what the work returns
   * @param work several statements
   * @throws DatabaseException as {@link #call} does
   */
  public <T> T callAtomically(Function<DSLContext, T> work) {
    return onOurOwn(Duration.ZERO, connection -> atomically(connection, work));
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
    return onOurOwn(limit, connection -> atomically(connection, timed));
  }

  private static void setLocal(DSLContext db, String setting, String value) {
    db.select(function("set_config", SQLDataType.CLOB, val(setting), val(value), inline(true)))
        .fetch();
  }

  /**
   * {@return what the work returns whose statements belong together} They run in the transaction of
   * a caller's connection, or in one of their own if the connection commits by itself.
   *
   * @param <T> what the work returns
   * @param callers the connection
   * @param work several statements
   * @throws DatabaseException as {@link #call} does
   */
  public <T> T callAtomicallyOn(Connection callers, Function<DSLContext, T> work) {
    try {
      return callers.getAutoCommit() ? atomically(callers, work) : work.apply(on(callers));
    } catch (SQLException e) {
      throw DatabaseErrors.translate(e);
    }
  }

  /**
   * {@return what the work returns whose statements belong together} They run as {@link
   * #callAtomicallyOn(Connection, Function)} runs them.
   *
   * @param <T> what the work returns
   * @param callers a context of any dialect and settings whose connection leads to PostgreSQL
   * @param work several statements
   * @throws DatabaseException as {@link #call} does
   */
  public <T> T callAtomicallyOn(DSLContext callers, Function<DSLContext, T> work) {
    return callers.connectionResult(connection -> callAtomicallyOn(connection, work));
  }

  /**
   * {@return what the work returns whose statements belong together} They run as {@link
   * #callAtomicallyOn(Connection, Function)} runs them, and behind a savepoint: if the work throws,
   * whatever it is, the caller's transaction is as it was before.
   *
   * @param <T> what the work returns
   * @param callers the connection
   * @param work several statements, or what may fail when they are done
   * @throws DatabaseException as {@link #call} does
   */
  public <T> T callUndoablyOn(Connection callers, Function<DSLContext, T> work) {
    try {
      return callers.getAutoCommit()
          ? atomically(callers, work)
          : Savepoints.behind(callers, () -> work.apply(on(callers)));
    } catch (SQLException e) {
      throw DatabaseErrors.translate(e);
    }
  }

  /**
   * {@return what the work returns whose statements belong together} They run as {@link
   * #callUndoablyOn(Connection, Function)} runs them.
   *
   * @param <T> what the work returns
   * @param callers a context of any dialect and settings whose connection leads to PostgreSQL
   * @param work several statements, or what may fail when they are done
   * @throws DatabaseException as {@link #call} does
   */
  public <T> T callUndoablyOn(DSLContext callers, Function<DSLContext, T> work) {
    return callers.connectionResult(connection -> callUndoablyOn(connection, work));
  }

  /**
   * {@return what the work returns that runs in a caller's transaction} The caller's configuration
   * lends its connection and nothing else.
   *
   * @param <T> what the work returns
   * @param callers a context of any dialect and settings whose connection leads to PostgreSQL
   * @param work one statement or several
   */
  public <T> T callOn(DSLContext callers, Function<DSLContext, T> work) {
    return contexts.callOn(callers, work);
  }

  /** {@return the transaction of a caller's context} */
  public Scope in(DSLContext callers) {
    return new Scope() {
      @Override
      public <T> T call(Function<DSLContext, T> work) {
        return callOn(callers, work);
      }
    };
  }

  /** {@return the transaction of a caller's connection} */
  public Scope in(Connection callers) {
    return new Scope() {
      @Override
      public <T> T call(Function<DSLContext, T> work) {
        return work.apply(on(callers));
      }
    };
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
   * {@return what statements return on a connection of our own}
   *
   * @param busy how long the server may take for one of them
   */
  private <T> T onOurOwn(Duration busy, Statements<T> statements) {
    try (Connection connection = dataSource.getConnection()) {
      return silenceLimit.isEmpty()
          ? statements.runOn(connection)
          : limited(connection, busy.plus(silenceLimit.get()), statements);
    } catch (SQLException e) {
      throw DatabaseErrors.translate(e);
    }
  }

  private static <T> T limited(Connection connection, Duration limit, Statements<T> statements)
      throws SQLException {
    int before = connection.getNetworkTimeout();
    connection.setNetworkTimeout(Runnable::run, (int) limit.toMillis());
    T result;
    try {
      result = statements.runOn(connection);
    } catch (Throwable e) { // checked ones too, of code of the user's
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
    } catch (Throwable e) { // checked ones too, of code of the user's
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
