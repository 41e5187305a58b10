package dev.river.internal.codec;

/** The text of a number in JSON, as far as PostgreSQL can store it: it writes all digits out. */
final class JsonNumber {
  private static final int LONGEST_EXPONENT = 9;

  private JsonNumber() {}

  /**
   * {@return by how many characters the number is longer when PostgreSQL returns it}
   *
   * @param what names it in errors
   * @param number its text
   * @throws IllegalArgumentException if it has more digits than PostgreSQL can store
   */
  static long growth(String what, String number) {
    int e = Math.max(number.indexOf('e'), number.indexOf('E'));
    String mantissa = e < 0 ? number : number.substring(0, e);
    long exponent = e < 0 ? 0 : exponent(number.substring(e + 1));
    int sign = mantissa.startsWith("-") ? 1 : 0;
    int point = mantissa.indexOf('.');
    int integer = (point < 0 ? mantissa.length() : point) - sign;
    int fraction = point < 0 ? 0 : mantissa.length() - point - 1;
    long integerDigits = integer + exponent;
    long fractionDigits = Math.max(0, fraction - exponent);
    if (integerDigits > JsonLimits.MAX_INTEGER_DIGITS
        || fractionDigits > JsonLimits.MAX_FRACTION_DIGITS) {
      throw new IllegalArgumentException(
          "a number in %s must have at most %s digits before and %s after its point, got: %s and %s"
              .formatted(
                  what,
                  JsonLimits.MAX_INTEGER_DIGITS,
                  JsonLimits.MAX_FRACTION_DIGITS,
                  Math.max(0, integerDigits),
                  fractionDigits));
    }
    long written =
        sign + Math.max(1, integerDigits) + (fractionDigits > 0 ? 1 + fractionDigits : 0);
    return Math.max(0, written - number.length());
  }

  private static long exponent(String text) {
    boolean negative = text.startsWith("-");
    String digits = text.startsWith("+") || negative ? text.substring(1) : text;
    long size = digits.length() > LONGEST_EXPONENT ? Integer.MAX_VALUE : Long.parseLong(digits);
    return negative ? -size : size;
  }
}
