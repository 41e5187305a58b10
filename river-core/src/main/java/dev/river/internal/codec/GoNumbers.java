package dev.river.internal.codec;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.function.Predicate;

/**
 * Floating-point numbers as Go writes them in JSON: the fewest digits that stand for the number,
 * plain from 1e-6 to 1e21 and with an exponent beyond. Unique keys are hashes over such text.
 */
final class GoNumbers {
  private GoNumbers() {}

  /** {@return the text of a finite number} */
  static String text(double number) {
    double size = Math.abs(number);
    String sign = sign(number);
    if (size == 0) {
      return sign + "0";
    }
    BigDecimal shortest =
        shortest(
            Double.toString(size), new BigDecimal(size), text -> Double.parseDouble(text) == size);
    return sign + (size < 1e-6 || size >= 1e21 ? scientific(shortest) : plain(shortest));
  }

  /** {@return the text of a finite number of single precision, which needs fewer digits} */
  static String text(float number) {
    float size = Math.abs(number);
    String sign = sign(number);
    if (size == 0) {
      return sign + "0";
    }
    BigDecimal shortest =
        shortest(
            Float.toString(size), new BigDecimal(size), text -> Float.parseFloat(text) == size);
    return sign + (size < 1e-6f || size >= 1e21f ? scientific(shortest) : plain(shortest));
  }

  private static String sign(double number) {
    return Math.copySign(1, number) < 0 ? "-" : "";
  }

  /** Java always writes at least two digits, also where one would do: 4.9E-324 for 5e-324. */
  private static BigDecimal shortest(
      String javas, BigDecimal exact, Predicate<String> standsForNumber) {
    BigDecimal decimal = new BigDecimal(javas).stripTrailingZeros();
    if (decimal.precision() != 2) {
      return decimal;
    }
    BigInteger tens = decimal.unscaledValue().divide(BigInteger.TEN);
    BigDecimal below = new BigDecimal(tens, decimal.scale() - 1);
    BigDecimal above = new BigDecimal(tens.add(BigInteger.ONE), decimal.scale() - 1);
    boolean belowIsNearer = exact.subtract(below).abs().compareTo(above.subtract(exact).abs()) < 0;
    BigDecimal nearer = belowIsNearer ? below : above;
    return standsForNumber.test(nearer.toString()) ? nearer.stripTrailingZeros() : decimal;
  }

  private static String plain(BigDecimal decimal) {
    return decimal.toPlainString();
  }

  private static String scientific(BigDecimal decimal) {
    String digits = decimal.unscaledValue().toString();
    int exponent = decimal.precision() - decimal.scale() - 1;
    String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
    return digits.charAt(0) + fraction + "e" + (exponent < 0 ? "-" : "+") + Math.abs(exponent);
  }
}
