package dev.river.internal.cron;

import dev.river.periodic.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * An interval of whole seconds that is due at full seconds only. Source: robfig/cron's
 * ConstantDelaySchedule, which drops the fraction of the time that it looks from.
 */
record WholeSeconds(Schedule interval) implements Schedule {

  static WholeSeconds every(Duration interval) {
    return new WholeSeconds(Schedule.every(interval));
  }

  @Override
  public Optional<Instant> next(Instant after) {
    return interval.next(fullSecond(after));
  }

  @Override
  public Instant skip(Instant run, Instant time) {
    return interval.skip(fullSecond(run), time);
  }

  private static Instant fullSecond(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS);
  }

  @Override
  public String text() {
    return interval.text();
  }
}
