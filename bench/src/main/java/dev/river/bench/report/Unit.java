package dev.river.bench.report;

import java.util.Locale;

/** What a figure counts. */
public enum Unit {
  /** Things a second. More is better. */
  PER_SECOND("/s"),
  /** Milliseconds. */
  MILLIS("ms"),
  /** Microseconds. */
  MICROS("µs"),
  /** Bytes. */
  BYTES("bytes"),
  /** Millions of bytes. */
  MEGABYTES("MB"),
  /** Of something, for one of something else. */
  EACH("each"),
  /** How many times as much as something else. */
  RATIO("x");

  private static final int NO_DECIMALS_FROM = 100;
  private static final int ONE_DECIMAL_FROM = 10;

  private final String symbol;

  Unit(String symbol) {
    this.symbol = symbol;
  }

  /** {@return how it is written behind what is counted} */
  public String symbol() {
    return symbol;
  }

  /** {@return a figure with about three digits that mean something} */
  public static String format(double value) {
    double size = Math.abs(value);
    String pattern =
        size >= NO_DECIMALS_FROM ? "%,.0f" : size >= ONE_DECIMAL_FROM ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, pattern, value);
  }
}
