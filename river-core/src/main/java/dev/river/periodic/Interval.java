package dev.river.periodic;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Always the same time after the time before. */
record Interval(Duration length) implements Schedule {
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofDays(36_525);

  /** So late that every River client can read it, and one interval more does not overflow. */
  private static final Instant END = Instant.parse("9999-12-31T23:59:59.999999Z");

  static Interval of(Duration length) {
    if (length.compareTo(SHORTEST) < 0 || length.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("interval must be 100 ms to 36525 days, got: " + length);
    }
    return new Interval(length.truncatedTo(ChronoUnit.MICROS));
  }

  @Override
  public Optional<Instant> next(Instant after) {
    return after.isAfter(END.minus(length)) ? Optional.empty() : Optional.of(after.plus(length));
  }

  /** The last run up to that time, so that they all stay a multiple of the interval apart. */
  @Override
  public Instant skip(Instant run, Instant time) {
    return run.plus(length.multipliedBy(Duration.between(run, time).dividedBy(length)));
  }

  @Override
  public String text() {
    return "every " + length;
  }
}
