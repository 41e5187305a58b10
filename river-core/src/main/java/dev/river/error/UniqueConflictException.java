package dev.river.error;

import org.jspecify.annotations.Nullable;

/** Another job holds the unique key that a job would have to take. */
public final class UniqueConflictException extends DatabaseException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates it.
   *
   * @param message what was attempted
   * @param sqlState the SQLSTATE, if there is one
   * @param cause what the database said
   */
  public UniqueConflictException(String message, @Nullable String sqlState, Throwable cause) {
    super(message, sqlState, cause);
  }
}
