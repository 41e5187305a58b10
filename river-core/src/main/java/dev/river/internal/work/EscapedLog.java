package dev.river.internal.work;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Metadata whose log is escaped, so that a database stores it whose encoding lacks some characters.
 * What else a worker has written is its own, and is not changed.
 */
final class EscapedLog {
  /** In a text, quotes are escaped, so this is the name of a member. */
  private static final Pattern MEMBER =
      Pattern.compile("[{,]\"" + Pattern.quote(AttemptLog.NAME) + "\":(?=\\[)");

  /** A backslash that stays one when the JSON is read. */
  private static final String ESCAPE = "\\\\u";

  private EscapedLog() {}

  /**
   * {@return the metadata with escapes in its log}
   *
   * @param metadata a JSON object as we write it, without blanks between its parts
   * @param lastKept the last character that is left as it is
   */
  static String of(String metadata, int lastKept) {
    Matcher member = MEMBER.matcher(metadata);
    if (!member.find()) {
      return metadata;
    }
    int start = member.end();
    int end = endOfArray(metadata, start);
    return metadata.substring(0, start)
        + FailureText.escaped(metadata.substring(start, end), lastKept, ESCAPE)
        + metadata.substring(end);
  }

  private static int endOfArray(String json, int start) {
    int depth = 0;
    boolean inText = false;
    for (int i = start; i < json.length(); i++) {
      char c = json.charAt(i);
      if (inText && c == '\\') {
        i++; // what is escaped does not end the text
      } else if (c == '"') {
        inText = !inText;
      } else if (!inText && (c == '[' || c == ']')) {
        depth += c == '[' ? 1 : -1;
        if (depth == 0) {
          return i + 1;
        }
      }
    }
    return json.length();
  }
}
