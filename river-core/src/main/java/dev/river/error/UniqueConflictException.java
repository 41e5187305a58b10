package dev.river.error;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The unique key of a job is held by another job, and the statement had no way around it. */
public final class UniqueConflictException extends DatabaseException {
  private static final long serialVersionUID = 1L;

  private final @Nullable String key;

  /**
   * Creates it.
   *
   * @param message what the database said
   * @param sqlState the SQLSTATE
   * @param key the key, as hexadecimal digits, if the database named it
   * @param cause what the driver threw
   */
  public UniqueConflictException(
      String message, @Nullable String sqlState, @Nullable String key, Throwable cause) {
    super(message, sqlState, cause);
    this.key = key;
  }

  /** {@return the key as hexadecimal digits; empty if the database did not name it} */
  public Optional<String> key() {
    return Optional.ofNullable(key);
  }
}
