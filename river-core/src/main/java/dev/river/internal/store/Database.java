package dev.river.internal.store;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.val;

import dev.river.error.DatabaseException;
import java.sql.Connection;
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
  private final OwnConnections connections;

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
    this(dataSource, schema, clock, "(none)");
  }

  /**
   * Creates it as {@link #Database(DataSource, Optional)} does.
   *
   * @param dataSource gives connections to one database
   * @param schema the schema of River's tables, a valid name; empty to follow the search path
   * @param clock what decides about jobs; empty for the server's time
   * @param clientId the client that is told of in the log when the database is away
   */
  public Database(
      DataSource dataSource,
      Optional<String> schema,
      Optional<InstantSource> clock,
      String clientId) {
    this.dataSource = dataSource;
    this.schema = schema;
    this.contexts = new Contexts(schema, clock);
    this.connections = new OwnConnections(dataSource, contexts, clientId);
  }

  private Database(Database other, OwnConnections connections) {
    this.dataSource = other.dataSource;
    this.schema = other.schema;
    this.contexts = other.contexts;
    this.connections = connections;
  }

  /**
   * {@return the same for the loops of a client: on connections of its own it gives a server up
   * that doesn't answer, and it logs when the database is away} A little before the limit the
   * driver has the server cancel the statement, so that a server that is there but waits, for a
   * lock for example, is left with nothing to do when the client gives up. For statements that may
   * be repeated.
   *
   * @param limit how long it waits for an answer; below 2 s nothing is cancelled
   */
  public Database withSilenceLimit(Duration limit) {
    return new Database(this, connections.withSilenceLimit(limit));
  }

  /**
   * {@return the same for statements that carry so many bytes of jobs, there or back} A server that
   * is busy with them is not silent: the limit, if there is one, is longer for what is large.
   *
   * @param bytes about how many
   */
  public Database forBytes(long bytes) {
    return new Database(this, connections.forBytes(bytes));
  }

  /**
   * {@return the same for threads of our own, which are never in a transaction of a caller's} It
   * doesn't look whether its connections are.
   */
  public Database onOwnThreads() {
    return new Database(this, connections.onOwnThreads());
  }

  /**
   * Has it logged, if a failure on a connection that was used directly means that the database is
   * away.
   *
   * @param failure the failure
   */
  public void noteFailure(DatabaseException failure) {
    connections.noteFailure(failure);
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
    return connections.run(
        Duration.ZERO,
        (connection, db) -> connections.inTransaction(connection, db, work),
        (connection, db) -> work.apply(db),
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
    return connections.run(
        Duration.ZERO,
        (connection, db) -> connections.inTransaction(connection, db, work),
        (connection, db) -> {
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
    return connections.run(
        Duration.ZERO,
        (connection, db) -> connections.atomically(connection, db, work),
        (connection, db) -> callUndoablyOn(connection, work),
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
    return callWithin(limit, db -> {}, work);
  }

  private <T> T callWithin(
      Duration limit, Consumer<DSLContext> settings, Function<DSLContext, T> work) {
    Function<DSLContext, T> timed =
        db -> {
          setLocal(db, "statement_timeout", limit.toMillis() + "ms");
          settings.accept(db);
          return work.apply(db);
        };
    return connections.run(
        limit,
        (connection, db) -> connections.atomically(connection, db, timed),
        (connection, db) -> callUndoablyOn(connection, work), // whose limits are the caller's
        result -> {});
  }

  /**
   * {@return what the work returns whose statements belong together, and neither take long nor wait
   * long for what another transaction holds}
   *
   * @param <T> what the work returns
   * @param limit how long each statement may take; then the server cancels it
   * @param work several statements
   * @throws DatabaseException as {@link #callWithin} does; one of SQLSTATE 55P03 if another
   *     transaction held something for a quarter of a second
   */
  public <T> T callBriefly(Duration limit, Function<DSLContext, T> work) {
    return callWithin(limit, LockWait::setBrief, work);
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
}
