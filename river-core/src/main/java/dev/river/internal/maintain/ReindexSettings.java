package dev.river.internal.maintain;

import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How a client rebuilds indexes.
 *
 * @param at when it begins each day, in UTC
 * @param indexes which ones; none for not at all
 * @param limit how long one of them may take
 */
public record ReindexSettings(LocalTime at, List<String> indexes, Duration limit) {

  private static final Duration SHORTEST_LIMIT = Duration.ofSeconds(1);
  private static final Duration LONGEST_LIMIT = Duration.ofDays(1);

  /** Short enough for what PostgreSQL appends while it rebuilds an index. */
  private static final Pattern INDEX = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]{0,54}");

  /** {@return what is wrong with it, a sentence each} */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    for (String index : indexes) {
      if (!INDEX.matcher(index).matches()) {
        problems.add(
            "reindexerIndexNames must be 1 to 55 letters, digits or underscores and not start with"
                + " a digit, got: "
                + index);
      }
    }
    if (!isLimit(limit)) {
      problems.add("reindexerTimeout must be 1 s to 1 day, got: " + limit);
    }
    return problems;
  }

  static boolean isLimit(Duration time) {
    return time.compareTo(SHORTEST_LIMIT) >= 0 && time.compareTo(LONGEST_LIMIT) <= 0;
  }
}
