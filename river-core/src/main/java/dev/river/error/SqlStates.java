package dev.river.error;

import dev.river.error.DatabaseException.Reason;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one table of SQLSTATEs. Source: PostgreSQL, appendix A; PgBouncer answers 08P01 while it has
 * no server.
 */
final class SqlStates {
  private static final int LENGTH = 5;
  private static final int LENGTH_OF_CLASS = 2;

  private static final Map<String, Reason> OF_CLASSES =
      Map.ofEntries(
          Map.entry("08", Reason.UNREACHABLE),
          Map.entry("22", Reason.ROW), // data
          Map.entry("23", Reason.ROW), // constraints
          Map.entry("44", Reason.ROW), // views' checks
          Map.entry("45", Reason.ROW), // what the SQL standard leaves to triggers
          Map.entry("54", Reason.ROW), // too large
          Map.entry("P0", Reason.ROW), // what triggers in PL/pgSQL raise
          Map.entry("28", Reason.PERMISSION),
          Map.entry("40", Reason.CONTENTION));

  /** They win over their class. */
  private static final Map<String, Reason> OF_STATES =
      Map.ofEntries(
          Map.entry("25006", Reason.READ_ONLY),
          Map.entry("55000", Reason.READ_ONLY), // e. g. LOCK TABLE on a standby
          Map.entry("25P03", Reason.UNREACHABLE), // the server ended an idle transaction
          Map.entry("25P04", Reason.UNREACHABLE), // ... or a long one
          Map.entry("57P01", Reason.UNREACHABLE), // shutdown, or the session was terminated
          Map.entry("57P02", Reason.UNREACHABLE), // crash
          Map.entry("57P03", Reason.UNREACHABLE), // starts
          Map.entry("57P05", Reason.UNREACHABLE), // the session was idle
          Map.entry("53300", Reason.NO_CONNECTION_LEFT),
          Map.entry("57014", Reason.CANCELLED),
          Map.entry("55006", Reason.CONTENTION), // object in use
          Map.entry("55P03", Reason.CONTENTION), // lock_timeout, NOWAIT
          Map.entry("42501", Reason.PERMISSION),
          Map.entry("3F000", Reason.SCHEMA), // no such schema
          Map.entry("42P01", Reason.SCHEMA), // no such table
          Map.entry("42703", Reason.SCHEMA), // column
          Map.entry("42704", Reason.SCHEMA), // type
          Map.entry("42883", Reason.SCHEMA)); // function

  private SqlStates() {}

  /** {@return what an SQLSTATE means} */
  static Reason reasonOf(@Nullable String state) {
    if (state == null || state.length() != LENGTH) {
      return Reason.OTHER;
    }
    Reason ofClass = OF_CLASSES.getOrDefault(state.substring(0, LENGTH_OF_CLASS), Reason.OTHER);
    return OF_STATES.getOrDefault(state, ofClass);
  }
}
