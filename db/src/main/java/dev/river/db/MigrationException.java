package dev.river.db;

/**
 * A migration could not be applied, taken back or validated. The message says what was found and
 * what to do; the cause, where there is one, is what the database said.
 */
public final class MigrationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MigrationException(String message) {
    super(message);
  }

  MigrationException(String message, Throwable cause) {
    super(message, cause);
  }
}
