package dev.river.internal.codec;

import java.util.HexFormat;

/**
 * What PostgreSQL's jsonb can't hold, though it is valid in a Java string: NUL and lone surrogates.
 */
final class JsonText {
  private static final String NUL_ESCAPE = "\\u0000";
  private static final char REPLACEMENT = '\uFFFD';

  private JsonText() {}

  /** {@return the JSON text, if PostgreSQL can hold it} */
  static String checkStorable(String what, String json) {
    int nul = nul(json);
    if (nul >= 0) {
      throw new IllegalArgumentException(
          "%s must not contain the character U+0000, which PostgreSQL can't store, got: one at position %s of the JSON"
              .formatted(what, nul));
    }
    int surrogate = loneSurrogate(json);
    if (surrogate >= 0) {
      throw new IllegalArgumentException(
          "%s must not contain half a surrogate pair, got: \\u%s at position %s of the JSON"
              .formatted(what, HexFormat.of().toHexDigits(json.charAt(surrogate)), surrogate));
    }
    return json;
  }

  /** {@return a text as JSON} */
  static String quoted(String text) {
    return GoEscapes.quote(text);
  }

  /** {@return how many bytes a text has in UTF-8} */
  static long utf8Bytes(String text) {
    long bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3; // a pair has 4
    }
    return bytes;
  }

  /** {@return the text, with what can't be stored replaced by U+FFFD} */
  static String storable(String text) {
    StringBuilder storable = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> c == 0 || isSurrogate(c) ? REPLACEMENT : c)
        .forEach(storable::appendCodePoint);
    return storable.toString();
  }

  /** An escaped NUL counts only if its own backslash is not escaped. */
  private static int nul(String json) {
    for (int at = json.indexOf(NUL_ESCAPE); at >= 0; at = json.indexOf(NUL_ESCAPE, at + 1)) {
      int backslashes = 1;
      while (at - backslashes >= 0 && json.charAt(at - backslashes) == '\\') {
        backslashes++;
      }
      if (backslashes % 2 == 1) {
        return at;
      }
    }
    return -1;
  }

  private static int loneSurrogate(String json) {
    for (int i = 0; i < json.length(); i += Character.charCount(json.codePointAt(i))) {
      if (isSurrogate(json.codePointAt(i))) {
        return i;
      }
    }
    return -1;
  }

  private static boolean isSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }
}
