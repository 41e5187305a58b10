package dev.river.bench.report;

import java.util.Locale;

/** What a figure counts. */
public enum Unit {
  /** Things a second. */
  PER_SECOND("/s", Better.MORE),
  /** Milliseconds. */
  MILLIS("ms", Better.LESS),
  /** Microseconds. */
  MICROS("µs", Better.LESS),
  /** Bytes. */
  BYTES("bytes", Better.LESS),
  /** Millions of bytes. */
  MEGABYTES("MB", Better.LESS),
  /** Of something, for one of something else. */
  EACH("each", Better.LESS),
  /** How many there were. */
  COUNT("in all", Better.NEITHER),
  /** By how much a number grows in a second; about nothing if all goes well. */
  GROWTH("/s", Better.NEITHER),
  /** How many times as much as something else of the same framework. */
  RATIO("x", Better.NEITHER);

  /** Which figures are better, if frameworks are compared by them. */
  enum Better {
    MORE,
    LESS,
    NEITHER
  }

  private static final int NO_DECIMALS_FROM = 100;
  private static final int ONE_DECIMAL_FROM = 10;

  private final String symbol;
  private final Better better;

  Unit(String symbol, Better better) {
    this.symbol = symbol;
    this.better = better;
  }

  Better better() {
    return better;
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
