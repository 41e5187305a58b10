package dev.river.job;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The times that every River client can read: years 1 to 9999, in microseconds. */
final class InstantRange {
  private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999Z");

  private InstantRange() {}

  static Instant check(String what, Instant instant) {
    Instant stored = instant.truncatedTo(ChronoUnit.MICROS);
    if (stored.isBefore(FIRST) || stored.isAfter(LAST)) {
      throw new IllegalArgumentException(
          "%s must lie in the years 1 to 9999, got: %s".formatted(what, instant));
    }
    return stored;
  }
}
