package dev.river.periodic;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Optional;

/**
 * When a periodic job is due. Implementations are immutable, and any thread may ask them.
 *
 * <p>One of your own may be a record: what it needs as components, and a text of them.
 */
public interface Schedule {

  /**
   * {@return the next time after another one, never that one itself; empty if there is none any
   * more}
   *
   * @param after where to look from: the time before it, or the present when there was none
   */
  Optional<Instant> next(Instant after);

  /**
   * {@return where to look from for the first run after a time, instead of going there run by run}
   * It is asked for where ten thousand runs were missed and more, of which only the last ones
   * count: {@link #next} of it must be the run that {@code next} of {@code run}, of the run after
   * it, and so on, would come to first after {@code time}.
   *
   * <p>Default: {@code time} itself, which is right where runs do not depend on the run before
   * them, as those of cron expressions. Otherwise runs are counted anew from there.
   *
   * @param run a run
   * @param time a time after it
   */
  default Instant skip(Instant run, Instant time) {
    return time;
  }

  /**
   * {@return what this schedule is, in 1 to 1,000 characters} It is stored with the next run of a
   * periodic job that has an id. Two schedules with the same text count as the same one, in every
   * process and release; when the text changes, the next run is planned anew.
   */
  String text();

  /**
   * {@return a schedule that is due again and again, always the same time after it was due before}
   *
   * @param interval that time, 100 ms to 36,525 days; parts smaller than a microsecond are dropped
   * @throws IllegalArgumentException if it is out of range
   */
  static Schedule every(Duration interval) {
    return Interval.of(interval);
  }

  /**
   * {@return the schedule of a cron expression in UTC}
   *
   * @param expression as in {@link #cron(String, ZoneId)}
   * @throws IllegalArgumentException if it is not valid
   */
  static Schedule cron(String expression) {
    return cron(expression, ZoneOffset.UTC);
  }

  /**
   * {@return the schedule of a cron expression}
   *
   * <p>It has five fields: minutes, hours, days of the month, months and days of the week; or six,
   * with seconds before them. A field is {@code *} or {@code ?} for all, or a list of values,
   * ranges and either of them, or a star, with a step: {@code 5}, {@code 1-5}, {@code 10/15},
   * {@code 0,30}. Months and days of the week have names, {@code JAN} and {@code SUN}, or numbers;
   * Sunday is 0, and 7 is refused. If neither days field has a star, a day of either counts.
   *
   * <p>Instead of the fields there may be one of {@code @yearly}, {@code @annually}, {@code
   * @monthly}, {@code @weekly}, {@code @daily}, {@code @midnight} and {@code @hourly}, or {@code
   * @every 1h30m}, whose time is as in Go and is rounded down to seconds, one at least; it is due at
   * full seconds. All this is what River's clients in Go read.
   *
   * <p>When clocks go forward, the times that they jump over are made up for by one run at the
   * moment of the jump, unless the expression is due in every hour. When clocks go back, an
   * expression whose minutes and hours are fixed is due in the first of the two hours only; one
   * with a star in its minutes or hours is due in both.
   *
   * @param expression the expression; {@code CRON_TZ=Europe/Paris} or {@code TZ=Europe/Paris}
   *     before it names its time zone
   * @param zone the time zone of an expression that names none
   * @throws IllegalArgumentException if the expression is not valid, or no time ever matches it
   */
  static Schedule cron(String expression, ZoneId zone) {
    return Cron.READER.read(
        Objects.requireNonNull(expression, "expression"), Objects.requireNonNull(zone, "zone"));
  }

  /**
   * {@return a schedule that is never due, for jobs that only run at the start or when asked to}
   */
  static Schedule never() {
    return Never.INSTANCE;
  }
}
