package dev.river;

/** How long a list may be. */
final class ListLimit {
  private static final int MAX = 10_000;

  private ListLimit() {}

  /**
   * Checks how many entries a caller wants.
   *
   * @throws IllegalArgumentException if it is not 1 to 10,000
   */
  static void check(int limit) {
    if (limit < 1 || limit > MAX) {
      throw new IllegalArgumentException("limit must be 1 to %s, got: %s".formatted(MAX, limit));
    }
  }
}
