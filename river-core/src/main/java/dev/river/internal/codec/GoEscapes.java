package dev.river.internal.codec;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The characters that Go escapes in JSON: beside what JSON asks for, those that mean something in
 * HTML or end lines in JavaScript.
 */
final class GoEscapes extends CharacterEscapes {
  private static final long serialVersionUID = 1L;

  static final GoEscapes INSTANCE = new GoEscapes();

  private static final char LINE_SEPARATOR = '\u2028';
  private static final char PARAGRAPH_SEPARATOR = '\u2029';

  private GoEscapes() {}

  /** {@return a text between quotes} */
  static String quote(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    text.chars().forEach(c -> append(quoted, (char) c));
    return quoted.append('"').toString();
  }

  /**
   * {@return JSON as Go writes JSON that it was given: without spaces, and with what means
   * something in HTML escaped} Numbers keep their text.
   *
   * @param json valid JSON
   */
  static String compact(String json) {
    StringBuilder compact = new StringBuilder(json.length());
    boolean quoted = false;
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (quoted && c == '\\') {
        compact.append(c).append(json.charAt(++i));
      } else if (isHtml(c) || c == LINE_SEPARATOR || c == PARAGRAPH_SEPARATOR) {
        compact.append(unicode(c)); // outside of quotes there is none in JSON
      } else if (quoted || c > ' ') {
        compact.append(c);
      }
      quoted ^= c == '"';
    }
    return compact.toString();
  }

  @Override
  public int[] getEscapeCodesForAscii() {
    int[] codes = standardAsciiEscapesForJSON();
    for (char c = 0; c < codes.length; c++) {
      if (codes[c] == ESCAPE_STANDARD || isHtml(c)) {
        codes[c] = ESCAPE_CUSTOM; // Jackson's own digits are upper-case
      }
    }
    return codes;
  }

  @Override
  public @Nullable SerializableString getEscapeSequence(int c) {
    return c < ' ' || isHtml((char) c) || c == LINE_SEPARATOR || c == PARAGRAPH_SEPARATOR
        ? new SerializedString(unicode((char) c))
        : null;
  }

  private static void append(StringBuilder quoted, char c) {
    switch (c) {
      case '"', '\\' -> quoted.append('\\').append(c);
      case '\b' -> quoted.append("\\b");
      case '\f' -> quoted.append("\\f");
      case '\n' -> quoted.append("\\n");
      case '\r' -> quoted.append("\\r");
      case '\t' -> quoted.append("\\t");
      default -> {
        if (c < ' ' || isHtml(c) || c == LINE_SEPARATOR || c == PARAGRAPH_SEPARATOR) {
          quoted.append(unicode(c));
        } else {
          quoted.append(c);
        }
      }
    }
  }

  private static boolean isHtml(char c) {
    return c == '<' || c == '>' || c == '&';
  }

  private static String unicode(char c) {
    return "\\u" + HexFormat.of().toHexDigits(c);
  }
}
