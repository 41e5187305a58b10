package dev.river.query;

import java.util.Objects;

/**
 * A place in a list of jobs: behind the last job of a page. It can be sent to a browser and come
 * back; River clients of all languages read each other's.
 *
 * @param token an opaque text of letters, digits, {@code -}, {@code _} and {@code =}. It is checked
 *     when it is used.
 */
public record JobCursor(String token) {

  /** Takes a token as it is. */
  public JobCursor {
    Objects.requireNonNull(token, "token");
  }
}
