package dev.river.internal.codec;

import java.util.Comparator;

/**
 * The order of texts by their bytes in UTF-8, which is that of their code points. A string's own
 * order, by char, puts an emoji before U+E000.
 */
final class Utf8Order {
  static final Comparator<String> COMPARATOR = Utf8Order::compare;

  private Utf8Order() {}

  private static int compare(String left, String right) {
    int i = 0;
    while (i < left.length() && i < right.length()) {
      int leftPoint = left.codePointAt(i);
      int rightPoint = right.codePointAt(i);
      if (leftPoint != rightPoint) {
        return Integer.compare(leftPoint, rightPoint);
      }
      i += Character.charCount(leftPoint);
    }
    return Integer.compare(left.length(), right.length());
  }
}
