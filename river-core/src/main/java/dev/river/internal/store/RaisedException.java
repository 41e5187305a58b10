package dev.river.internal.store;

import dev.river.error.DatabaseException;
import dev.river.error.SqlFault;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.ServerErrorMessage;

/**
 * What a trigger has raised with an SQLSTATE of servers that are away. It is no outage: the server
 * is there, and says this of a row.
 */
final class RaisedException extends DatabaseException {
  private static final long serialVersionUID = 1L;

  /** The function of the server that runs RAISE of PL/pgSQL, in whatever language it answers. */
  private static final String RAISE = "exec_stmt_raise";

  RaisedException(String message, @Nullable String sqlState, Throwable cause) {
    super(message, sqlState, SqlFault.ROW, cause);
  }

  /** {@return whether the server says what somebody's function has raised} */
  static boolean isRaised(ServerErrorMessage said) {
    return RAISE.equals(said.getRoutine());
  }
}
