package dev.river.test.fault;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What can be told from the text of a statement. */
final class StatementText {
  /** Stands for what is done on the driver's own connection, COPY for instance. */
  static final String OF_DRIVER = "-- on the connection of the driver";

  private static final Set<String> READING =
      Set.of("select", "values", "table", "show", "set", "reset", "listen", "unlisten", "explain");

  private static final Pattern FIRST_WORD =
      Pattern.compile("(?:\\s|\\(|--[^\\n]*|/\\*.*?\\*/)*+(\\w+).*", Pattern.DOTALL);

  private StatementText() {}

  /** {@return whether one of some statements may store something, as far as their words tell} */
  static boolean mayWrite(List<String> statements) {
    return statements.stream().anyMatch(StatementText::mayWrite);
  }

  private static boolean mayWrite(String sql) {
    Matcher matcher = FIRST_WORD.matcher(sql);
    return !matcher.matches() || !READING.contains(matcher.group(1).toLowerCase(Locale.ROOT));
  }

  /**
   * {@return whether a statement is one by which a client stores how attempts ended} Only those set
   * when jobs were finalized by rows that they are given as results.
   */
  static boolean isCompletion(String sql) {
    return sql.startsWith("update ")
        && sql.contains("\"river_job\"")
        && sql.contains("\"finalized_at\" = ")
        && sql.contains("as \"result\"");
  }
}
