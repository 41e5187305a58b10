package dev.river.error;

import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The database refused a statement, or could not be reached. */
public class DatabaseException extends RiverException {
  private static final long serialVersionUID = 1L;

  /**
   * Data, integrity, views' checks, size limits, and what triggers raise: what one row can be at
   * fault for.
   */
  private static final Set<String> ROW_CLASSES = Set.of("22", "23", "44", "54", "P0");

  /** The server shuts down, has crashed, does not take connections yet, or takes no more. */
  private static final Set<String> UNREACHABLE_STATES = Set.of("57P01", "57P02", "57P03", "53300");

  private final @Nullable String sqlState;

  /**
   * Creates it.
   *
   * @param message what was attempted, and what the database said
   * @param sqlState the SQLSTATE, if there is one
   * @param cause what the driver or the pool threw
   */
  public DatabaseException(String message, @Nullable String sqlState, Throwable cause) {
    super(message, cause);
    this.sqlState = sqlState;
  }

  /**
   * {@return the five characters by which PostgreSQL names the error} Empty if it came from the
   * pool or the driver without one.
   */
  public Optional<String> sqlState() {
    return Optional.ofNullable(sqlState);
  }

  /**
   * {@return whether the data of a row is at fault, so that the same statement would fail again}
   * Anything else may pass: a lost connection, a restart, a deadlock, a full disk.
   */
  public boolean isCausedByRow() {
    return sqlState != null
        && sqlState.length() == 5
        && ROW_CLASSES.contains(sqlState.substring(0, 2));
  }

  /**
   * {@return whether the server cancelled a statement, because it took longer than it may} Source:
   * SQLSTATE 57014.
   */
  public boolean isTimeout() {
    return "57014".equals(sqlState);
  }

  /**
   * {@return whether the database could not be reached, or not now: the connection failed or broke,
   * the server starts or shuts down, or it or the pool has no connection left} The same may succeed
   * later. Source: SQLSTATE class 08, 57P01 to 57P03 and 53300, and what JDBC calls transient or
   * recoverable, of what the driver or the pool threw or of its causes.
   */
  public boolean isUnreachable() {
    for (Throwable link = this; link != null; link = link.getCause()) {
      if (link instanceof SQLException failure && isUnreachable(failure)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isUnreachable(SQLException failure) {
    String state = failure.getSQLState();
    return state == null
        ? failure instanceof SQLTransientException || failure instanceof SQLRecoverableException
        : state.startsWith("08") || UNREACHABLE_STATES.contains(state);
  }
}
