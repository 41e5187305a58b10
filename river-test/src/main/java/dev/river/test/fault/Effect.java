package dev.river.test.fault;

import java.util.regex.Pattern;

/** What a fault does. */
sealed interface Effect {
  /**
   * The server refuses a statement, and the connection lives.
   *
   * @param sqlState what the server says
   */
  record Refusal(String sqlState) implements Effect {
    private static final Pattern ERROR = Pattern.compile("(?!00|01|02)[0-9A-Z]{5}");

    public Refusal {
      if (!ERROR.matcher(sqlState).matches()) {
        throw new IllegalArgumentException(
            "sqlState must be five digits or capital letters that stand for an error, got: "
                + sqlState);
      }
    }
  }

  /** The connection breaks. */
  record Loss() implements Effect {}

  /** Every connection breaks, and there are no new ones. */
  record Crash() implements Effect {}
}
