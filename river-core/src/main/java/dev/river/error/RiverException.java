package dev.river.error;

import org.jspecify.annotations.Nullable;

/**
 * Something that River could not do. A caller's own mistake is an {@link IllegalArgumentException}
 * or {@link IllegalStateException} instead.
 */
public class RiverException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates it.
   *
   * @param message what could not be done, and why
   * @param cause what was thrown below, if anything was
   */
  public RiverException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
