package dev.river.error;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one table of SQLSTATEs. Source: PostgreSQL, appendix A; PgBouncer answers 08P01 while it has
 * no server.
 */
final class SqlStates {
  private static final int LENGTH = 5;
  private static final int LENGTH_OF_CLASS = 2;

  private static final Map<String, SqlFault> OF_CLASSES =
      Map.ofEntries(
          Map.entry("08", SqlFault.UNREACHABLE),
          Map.entry("0A", SqlFault.SESSION), // the server can't do it
          Map.entry("22", SqlFault.ROW), // data
          Map.entry("23", SqlFault.ROW), // constraints
          Map.entry("24", SqlFault.SESSION), // cursors
          Map.entry("25", SqlFault.SESSION), // the state of the transaction
          Map.entry("26", SqlFault.PREPARED_STATEMENT),
          Map.entry("28", SqlFault.LOGIN),
          Map.entry("2D", SqlFault.SESSION), // the end of transactions
          Map.entry("34", SqlFault.SESSION), // cursors
          Map.entry("3D", SqlFault.SESSION), // no such database
          Map.entry("3F", SqlFault.NO_OBJECT), // no such schema
          Map.entry("40", SqlFault.CONFLICT),
          Map.entry("42", SqlFault.WRONG_STATEMENT),
          Map.entry("44", SqlFault.ROW), // views' checks
          Map.entry("45", SqlFault.ROW), // what the SQL standard leaves to triggers
          Map.entry("53", SqlFault.RESOURCES),
          Map.entry("54", SqlFault.LIMIT),
          Map.entry("55", SqlFault.SERVER), // not in the state for it; a standby says 25006
          Map.entry("57", SqlFault.SERVER), // operators
          Map.entry("58", SqlFault.SERVER), // the system
          Map.entry("P0", SqlFault.ROW), // what triggers in PL/pgSQL raise
          Map.entry("XX", SqlFault.INTERNAL));

  /** They win over their class. */
  private static final Map<String, SqlFault> OF_STATES =
      Map.ofEntries(
          Map.entry("08003", SqlFault.CLOSED_CONNECTION),
          Map.entry("22021", SqlFault.ENCODING),
          Map.entry("22P05", SqlFault.ENCODING),
          Map.entry("25006", SqlFault.READ_ONLY),
          Map.entry("25P03", SqlFault.UNREACHABLE), // the server ended an idle transaction
          Map.entry("25P04", SqlFault.UNREACHABLE), // ... or a long one
          Map.entry("57P01", SqlFault.UNREACHABLE), // shutdown, or the session was terminated
          Map.entry("57P02", SqlFault.UNREACHABLE), // crash
          Map.entry("57P03", SqlFault.UNREACHABLE), // starts
          Map.entry("57P05", SqlFault.UNREACHABLE), // the session was idle
          Map.entry("53300", SqlFault.NO_CONNECTION_LEFT),
          Map.entry("57014", SqlFault.CANCELLED),
          Map.entry("55006", SqlFault.IN_USE),
          Map.entry("55P03", SqlFault.LOCK_TIMEOUT), // NOWAIT, too
          Map.entry("42501", SqlFault.PRIVILEGE),
          Map.entry("42P01", SqlFault.NO_TABLE),
          Map.entry("42703", SqlFault.NO_OBJECT), // column
          Map.entry("42704", SqlFault.NO_OBJECT), // type
          Map.entry("42883", SqlFault.NO_OBJECT), // function
          Map.entry("42P05", SqlFault.PREPARED_STATEMENT),
          Map.entry("XX002", SqlFault.DAMAGED_INDEX));

  private SqlStates() {}

  /** {@return what an SQLSTATE means} */
  static SqlFault faultOf(@Nullable String state) {
    if (state == null || state.length() != LENGTH) {
      return SqlFault.NONE;
    }
    SqlFault ofClass =
        OF_CLASSES.getOrDefault(state.substring(0, LENGTH_OF_CLASS), SqlFault.UNKNOWN);
    return OF_STATES.getOrDefault(state, ofClass);
  }
}
