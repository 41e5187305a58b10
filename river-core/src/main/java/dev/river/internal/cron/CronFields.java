package dev.river.internal.cron;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Optional;

/** The fields of an expression, and which times of the calendar match them. No time zones here. */
record CronFields(
    CronField seconds,
    CronField minutes,
    CronField hours,
    CronField daysOfMonth,
    CronField months,
    CronField daysOfWeek) {

  private static final int LAST_YEAR = 9_999;
  private static final LocalDateTime ANY = LocalDateTime.of(2000, 1, 1, 0, 0);

  /** Refuses days that no month has: a search for them would not end before the last year. */
  CronFields {
    if (daysOfWeek.star() && !hasSuchADay(daysOfMonth, months)) {
      throw new IllegalArgumentException("its months must have a day such as its days of month");
    }
  }

  private static boolean hasSuchADay(CronField daysOfMonth, CronField months) {
    for (LocalDate day = ANY.toLocalDate(); day.getYear() == ANY.getYear(); day = day.plusDays(1)) {
      if (months.has(day.getMonthValue()) && daysOfMonth.has(day.getDayOfMonth())) {
        return true;
      }
    }
    return false;
  }

  /** {@return whether it says how often within a day rather than when} */
  boolean isRecurring() {
    return minutes.recurring() || hours.recurring();
  }

  /** {@return whether it is due in every hour of its days} */
  boolean isOfEveryHour() {
    return Long.bitCount(hours.values()) == 24;
  }

  /**
   * {@return the first time that matches, from a given one on; empty if there is none before the
   * year 10,000}
   *
   * @param start a time without parts of a second
   */
  Optional<LocalDateTime> firstFrom(LocalDateTime start) {
    LocalDate date = start.toLocalDate();
    if (matches(date)) {
      Optional<LocalDateTime> today = timeFrom(start.toLocalTime()).map(date::atTime);
      if (today.isPresent()) {
        return today;
      }
    }
    LocalTime first = timeFrom(LocalTime.MIDNIGHT).orElseThrow();
    return dateFrom(date.plusDays(1)).map(next -> next.atTime(first));
  }

  private Optional<LocalDate> dateFrom(LocalDate start) {
    LocalDate date = start;
    while (!matches(date)) {
      date =
          months.has(date.getMonthValue())
              ? date.plusDays(1)
              : date.withDayOfMonth(1).plusMonths(1);
      if (date.getYear() > LAST_YEAR) {
        return Optional.empty();
      }
    }
    return Optional.of(date);
  }

  /** If both fields of days are restricted, a day of either matches: cron's old rule. */
  private boolean matches(LocalDate date) {
    boolean ofMonth = daysOfMonth.has(date.getDayOfMonth());
    boolean ofWeek = daysOfWeek.has(date.getDayOfWeek().getValue() % 7);
    boolean both = daysOfMonth.star() || daysOfWeek.star();
    boolean day = both ? (ofMonth && ofWeek) : (ofMonth || ofWeek);
    return day && months.has(date.getMonthValue());
  }

  private Optional<LocalTime> timeFrom(LocalTime start) {
    int hour = hours.from(start.getHour());
    if (hour == start.getHour()) {
      int minute = minutes.from(start.getMinute());
      if (minute == start.getMinute()) {
        int second = seconds.from(start.getSecond());
        if (second >= 0) {
          return Optional.of(LocalTime.of(hour, minute, second));
        }
        minute = minutes.from(minute + 1);
      }
      if (minute >= 0) {
        return Optional.of(LocalTime.of(hour, minute, seconds.from(0)));
      }
      hour = hours.from(hour + 1);
    }
    return hour < 0
        ? Optional.empty()
        : Optional.of(LocalTime.of(hour, minutes.from(0), seconds.from(0)));
  }
}
