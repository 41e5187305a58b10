package dev.river.test.args;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The name of the directory of a kind: the kind itself, with what some file system can't have in a
 * name written as in a URL, so that two kinds never have the same.
 */
final class KindFolder {
  /** Names of devices, which Windows takes as such with any extension. */
  private static final Pattern DEVICE =
      Pattern.compile("(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\..*)?", Pattern.CASE_INSENSITIVE);

  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private KindFolder() {}

  static String of(String kind) {
    StringBuilder name = new StringBuilder();
    byte[] bytes = kind.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      boolean special = i == 0 && DEVICE.matcher(kind).matches();
      boolean dotAtEnd = i == bytes.length - 1 && bytes[i] == '.';
      name.append(
          isSafe(bytes[i]) && !special && !dotAtEnd
              ? String.valueOf((char) bytes[i])
              : "%" + HEX.toHexDigits(bytes[i]));
    }
    return name.toString();
  }

  private static boolean isSafe(byte c) {
    char letter = (char) Byte.toUnsignedInt(c);
    return letter < 0x80 && (Character.isLetterOrDigit(letter) || "_-.".indexOf(letter) >= 0);
  }

  /** {@return the kind of a directory} A directory that nobody has named so is its own name. */
  static String kindOf(String name) {
    try {
      return URLDecoder.decode(name, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return name; // a percent sign of someone else's
    }
  }
}
