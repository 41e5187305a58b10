package dev.river.internal.cron;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads lengths of time as Go writes them: {@code 1h30m10s}. Source: Go's time.ParseDuration. */
final class GoDuration {
  private static final String NUMBER = "(\\d+\\.?\\d*|\\.\\d+)";
  private static final Pattern PART = Pattern.compile(NUMBER + "(ns|us|µs|μs|ms|s|m|h)");
  private static final Pattern WHOLE = Pattern.compile("\\+?(?:" + PART + ")+");

  private static final Map<String, BigDecimal> SECONDS =
      Map.of(
          "ns", new BigDecimal("0.000000001"),
          "us", new BigDecimal("0.000001"),
          "µs", new BigDecimal("0.000001"),
          "μs", new BigDecimal("0.000001"),
          "ms", new BigDecimal("0.001"),
          "s", BigDecimal.ONE,
          "m", BigDecimal.valueOf(60),
          "h", BigDecimal.valueOf(3600));

  private GoDuration() {}

  /** {@return the time, rounded down to seconds, but one at least} */
  static Duration parse(String text) {
    if (!WHOLE.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "the time after @every must be numbers with units, h, m, s, ms, us or ns, as in 1h30m");
    }
    BigDecimal seconds = BigDecimal.ZERO;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      seconds = seconds.add(new BigDecimal(part.group(1)).multiply(SECONDS.get(part.group(2))));
    }
    BigDecimal whole = seconds.setScale(0, RoundingMode.DOWN).max(BigDecimal.ONE);
    if (whole.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE).multiply(BigDecimal.TEN)) > 0) {
      throw new IllegalArgumentException("the time after @every is too long");
    }
    return Duration.ofSeconds(whole.longValueExact());
  }
}
