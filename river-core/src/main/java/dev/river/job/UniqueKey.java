package dev.river.job;

import java.util.regex.Pattern;

/**
 * What unique jobs are told apart by: at most one job at a time holds a key. Those that River
 * clients write have 32 bytes, a SHA-256 hash.
 *
 * @param hex its bytes, two lower-case hexadecimal digits each
 */
public record UniqueKey(String hex) {
  private static final Pattern HEX = Pattern.compile("(?:[0-9a-f]{2})*");

  /**
   * Checks the digits.
   *
   * @throws IllegalArgumentException if there is anything but pairs of lower-case digits
   */
  public UniqueKey {
    if (!HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException(
          "a unique key must be pairs of lower-case hexadecimal digits, got: \"%s\""
              .formatted(hex));
    }
  }

  /** {@return its digits} */
  @Override
  public String toString() {
    return hex;
  }
}
