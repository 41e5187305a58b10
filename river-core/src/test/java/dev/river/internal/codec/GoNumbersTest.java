package dev.river.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoNumbersTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, -0",
    "1, 1",
    "-100, -100",
    "0.1, 0.1",
    "1e-6, 0.000001",
    "1e-7, 1e-7",
    "9.99e-7, 9.99e-7",
    "-1.5e-9, -1.5e-9",
    "1e20, 100000000000000000000",
    "1e21, 1e+21",
    "123456789012345680000, 123456789012345680000",
    "1.2345e22, 1.2345e+22",
    "1e300, 1e+300",
    "5e-324, 5e-324",
    "1e-323, 1e-323",
    "2e-323, 2e-323",
    "1.5e-323, 1.5e-323",
    "1.7976931348623157e308, 1.7976931348623157e+308",
    "2e23, 2e+23",
    "9007199254740993, 9007199254740992",
  })
  void writesDoublesAsGoDoes(double number, String text) {
    assertThat(GoNumbers.text(number)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, -0",
    "0.1, 0.1",
    "16777216, 16777216",
    "3.4028235e38, 3.4028235e+38",
    "1e-45, 1e-45",
    "1e-6, 0.000001",
    "1e21, 1e+21",
    "-2.5e-7, -2.5e-7",
  })
  void writesFloatsAsGoDoes(float number, String text) {
    assertThat(GoNumbers.text(number)).isEqualTo(text);
  }

  /** The shortest text is found anew by trying every length, and its form is Go's grammar. */
  @Property(tries = 5_000)
  void writesTheShortestTextThatReadsBack(@ForAll long bits) {
    double number = Double.longBitsToDouble(bits);
    Assume.that(Double.isFinite(number) && number != 0);
    String text = GoNumbers.text(number);

    assertThat(Double.parseDouble(text)).isEqualTo(number);
    assertThat(digits(text)).as(text).isEqualTo(fewestDigits(number));
    assertThat(text).matches("-?(\\d+(\\.\\d*[1-9])?|[1-9](\\.\\d*[1-9])?e[+-][1-9]\\d*)");
    assertThat(text.contains("e")).isEqualTo(Math.abs(number) < 1e-6 || Math.abs(number) >= 1e21);
  }

  private static int digits(String text) {
    return new BigDecimal(text).stripTrailingZeros().precision();
  }

  private static int fewestDigits(double number) {
    BigDecimal exact = new BigDecimal(number);
    for (int digits = 1; digits < 17; digits++) {
      for (var mode : new RoundingMode[] {RoundingMode.DOWN, RoundingMode.UP}) {
        if (exact.round(new MathContext(digits, mode)).doubleValue() == number) {
          return digits;
        }
      }
    }
    return 17;
  }
}
