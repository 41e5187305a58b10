package dev.river.error;

import dev.river.error.DatabaseException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * What an SQLSTATE means, in more detail than {@link Reason}: what this library decides by. There
 * may be more of them in later versions.
 */
public enum SqlFault {
  /** The connection failed or broke, or the server starts or shuts down. */
  UNREACHABLE(Reason.UNREACHABLE, OfRow.NEVER),
  /** There is no such connection, which pools say that were closed. */
  CLOSED_CONNECTION(Reason.UNREACHABLE, OfRow.NEVER),
  /** The pool or the server has no connection left. */
  NO_CONNECTION_LEFT(Reason.NO_CONNECTION_LEFT, OfRow.NEVER),
  /** The server takes no writes. */
  READ_ONLY(Reason.READ_ONLY, OfRow.NEVER),
  /** Values, constraints, what a trigger raises. */
  ROW(Reason.ROW, OfRow.ALWAYS),
  /** A character that the database's encoding has no place for. */
  ENCODING(Reason.ROW, OfRow.ALWAYS),
  /** Something is too large or too complex. */
  LIMIT(Reason.ROW, OfRow.ALWAYS),
  /** A lock was not to be had in time. */
  LOCK_TIMEOUT(Reason.CONTENTION, OfRow.NEVER),
  /** A deadlock, a serialization failure. */
  CONFLICT(Reason.CONTENTION, OfRow.NEVER),
  /** An object is in use. */
  IN_USE(Reason.CONTENTION, OfRow.NEVER),
  /** The role may not log in. */
  LOGIN(Reason.PERMISSION, OfRow.NEVER),
  /** The role may not do this, to the table or to a row. */
  PRIVILEGE(Reason.PERMISSION, OfRow.ALWAYS),
  /** A table is missing. */
  NO_TABLE(Reason.SCHEMA, OfRow.OF_FUNCTION),
  /** A schema, column, type or function is missing. */
  NO_OBJECT(Reason.SCHEMA, OfRow.OF_FUNCTION),
  /** The statement is wrong in another way. */
  WRONG_STATEMENT(Reason.OTHER, OfRow.OF_FUNCTION),
  /** The server doesn't know a prepared statement, or knows it already: a pooler is in between. */
  PREPARED_STATEMENT(Reason.OTHER, OfRow.NEVER),
  /** The server cancelled the statement. */
  CANCELLED(Reason.CANCELLED, OfRow.NEVER),
  /** Memory, disk space. */
  RESOURCES(Reason.OTHER, OfRow.NEVER),
  /** Something is not in the state for it, somebody intervenes, or the system fails. */
  SERVER(Reason.OTHER, OfRow.NEVER),
  /** The session or the transaction is not in the state for it, or the server can't do it. */
  SESSION(Reason.OTHER, OfRow.NEVER),
  /** An index is damaged. */
  DAMAGED_INDEX(Reason.OTHER, OfRow.NEVER),
  /** An internal error: what is stored may be damaged. */
  INTERNAL(Reason.OTHER, OfRow.ALWAYS),
  /** A state that PostgreSQL doesn't have; a trigger may raise any. */
  UNKNOWN(Reason.OTHER, OfRow.ALWAYS),
  /** No state, or nothing that is one. */
  NONE(Reason.OTHER, OfRow.NEVER);

  /** Whether a row may be at fault. */
  private enum OfRow {
    NEVER,
    OF_FUNCTION,
    ALWAYS
  }

  private final Reason reason;
  private final OfRow ofRow;

  SqlFault(Reason reason, OfRow ofRow) {
    this.reason = reason;
    this.ofRow = ofRow;
  }

  /** {@return the reason that it is of} */
  public Reason reason() {
    return reason;
  }

  /**
   * {@return what an SQLSTATE means}
   *
   * @param state five characters; anything else means {@link #NONE}
   */
  public static SqlFault of(@Nullable String state) {
    return SqlStates.faultOf(state);
  }

  /**
   * {@return whether a row may be at fault, so that the same statement might do without it} That is
   * no more than a suspicion, unless it is {@link Reason#ROW}: it shows when the statement succeeds
   * without the row.
   *
   * @param inFunction whether a function has failed, such as a trigger's, rather than the statement
   */
  public boolean mayBeOfRow(boolean inFunction) {
    return ofRow == OfRow.ALWAYS || (ofRow == OfRow.OF_FUNCTION && inFunction);
  }

  /** {@return whether it may pass by itself, though the database is there} */
  public boolean mayPass() {
    return switch (this) {
      case LOCK_TIMEOUT, CONFLICT, IN_USE, CANCELLED, RESOURCES, SERVER -> true;
      default -> false;
    };
  }

  /** {@return whether messages of this kind tell limits and numbers, and never values of rows} */
  public boolean isTellable() {
    return switch (this) {
      case LIMIT, RESOURCES, NO_CONNECTION_LEFT, INTERNAL, DAMAGED_INDEX -> true;
      default -> false;
    };
  }
}
