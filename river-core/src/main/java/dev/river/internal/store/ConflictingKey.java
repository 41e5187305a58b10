package dev.river.internal.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the unique key in what the server says of a conflict, in any language: {@code Key
 * (unique_key)=(...) already exists.} How it writes bytes is a setting of the session, {@code
 * bytea_output}.
 */
final class ConflictingKey {
  private static final Pattern KEY =
      Pattern.compile("\\(\"?unique_key\"?\\)=\\((.*)\\)", Pattern.DOTALL);
  private static final String HEX = "\\x";
  private static final int OCTAL_DIGITS = 3;

  private ConflictingKey() {}

  /** {@return the key as hexadecimal digits; null if it is not there} */
  static @Nullable String hexIn(@Nullable String detail) {
    Matcher matcher = KEY.matcher(detail == null ? "" : detail);
    if (!matcher.find()) {
      return null;
    }
    String key = matcher.group(1);
    return key.startsWith(HEX)
        ? key.substring(HEX.length())
        : HexFormat.of().formatHex(unescaped(key));
  }

  /** A backslash is doubled, and what is no printable ASCII is a backslash and three digits. */
  private static byte[] unescaped(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\') {
        bytes.writeBytes(String.valueOf(c).getBytes(UTF_8));
      } else if (text.startsWith("\\", i + 1)) {
        bytes.write(c);
        i++;
      } else {
        bytes.write(Integer.parseInt(text.substring(i + 1, i + 1 + OCTAL_DIGITS), 8));
        i += OCTAL_DIGITS;
      }
    }
    return bytes.toByteArray();
  }
}
