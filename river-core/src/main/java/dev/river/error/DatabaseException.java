package dev.river.error;

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
}
