package dev.river.error;

import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The database refused a statement, or could not be reached. Its message says which, and holds
 * nothing of the rows that the statement was about.
 */
public class DatabaseException extends RiverException {
  private static final long serialVersionUID = 1L;

  /** Why it refused. */
  public enum Reason {
    /** The connection failed or broke, or the server starts or shuts down. */
    UNREACHABLE,
    /** The pool or the server has no connection left. */
    NO_CONNECTION_LEFT,
    /** It takes no writes: a standby, or a former primary after a failover. */
    READ_ONLY,
    /** The data of a row: its values, a constraint, its size, or what a trigger says of it. */
    ROW,
    /** Another transaction: a deadlock, a lock that was not to be had, a serialization failure. */
    CONTENTION,
    /** The role may not log in, or may not do this. */
    PERMISSION,
    /** A schema, table, column, type or function is missing: no migration, or a wrong schema. */
    SCHEMA,
    /** The server cancelled the statement: it took longer than it may, or somebody wanted it. */
    CANCELLED,
    /** Anything else. */
    OTHER
  }

  private final @Nullable String sqlState;
  private final SqlFault fault;

  /**
   * Creates it.
   *
   * @param message what was attempted, and what the database said
   * @param sqlState the SQLSTATE, if there is one
   * @param cause what the driver or the pool threw
   */
  public DatabaseException(String message, @Nullable String sqlState, Throwable cause) {
    this(message, sqlState, faultOf(sqlState, cause), cause);
  }

  /**
   * Creates one of which it is known what it means.
   *
   * @param message what was attempted, and what the database said
   * @param sqlState the SQLSTATE, if there is one
   * @param fault what it means, whatever the SQLSTATE is: a trigger may raise any
   * @param cause what the driver or the pool threw
   */
  protected DatabaseException(
      String message, @Nullable String sqlState, SqlFault fault, Throwable cause) {
    super(message, cause);
    this.sqlState = sqlState;
    this.fault = fault;
  }

  /**
   * {@return the five characters by which PostgreSQL names the error} Empty if it came from the
   * pool or the driver without one.
   */
  public Optional<String> sqlState() {
    return Optional.ofNullable(sqlState);
  }

  /** {@return why the database refused} */
  public Reason reason() {
    return fault.reason();
  }

  /** {@return what the SQLSTATE means, in more detail than the reason} */
  public SqlFault fault() {
    return fault;
  }

  /**
   * {@return whether the data of a row is at fault, so that the same statement would fail again}
   * Anything else may pass: a lost connection, a restart, a deadlock, a full disk.
   */
  public boolean isCausedByRow() {
    return reason() == Reason.ROW;
  }

  /**
   * {@return whether the server cancelled a statement, because it took longer than it may} Source:
   * SQLSTATE 57014.
   */
  public boolean isTimeout() {
    return fault == SqlFault.CANCELLED;
  }

  /**
   * {@return whether the database could not be reached, or not now: the connection failed or broke,
   * the server starts, shuts down or is read-only, or it or the pool has no connection left} The
   * same may succeed later. Source: SQLSTATE class 08, 57P01 to 57P03, 57P05, 53300, 25006 and
   * others, and what JDBC calls transient or recoverable, of what the driver or the pool threw or
   * of its causes.
   */
  public boolean isUnreachable() {
    return isAway(fault);
  }

  private static boolean isAway(SqlFault fault) {
    Reason reason = fault.reason();
    return reason == Reason.UNREACHABLE
        || reason == Reason.NO_CONNECTION_LEFT
        || reason == Reason.READ_ONLY;
  }

  /** Without an SQLSTATE of its own it may have a cause that says that the database is away. */
  private static SqlFault faultOf(@Nullable String sqlState, Throwable cause) {
    if (sqlState != null) {
      return SqlFault.of(sqlState);
    }
    for (Throwable link = cause; link != null; link = link.getCause()) {
      SqlFault ofLink = link instanceof SQLException failure ? faultOf(failure) : SqlFault.NONE;
      if (isAway(ofLink)) {
        return ofLink;
      }
    }
    return SqlFault.NONE;
  }

  private static SqlFault faultOf(SQLException failure) {
    if (failure.getSQLState() != null) {
      return SqlFault.of(failure.getSQLState());
    }
    if (failure instanceof SQLTransientException) {
      return SqlFault.NO_CONNECTION_LEFT; // as pools say it
    }
    return failure instanceof SQLRecoverableException ? SqlFault.UNREACHABLE : SqlFault.NONE;
  }
}
