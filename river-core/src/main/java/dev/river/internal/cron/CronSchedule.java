package dev.river.internal.cron;

import dev.river.periodic.Schedule;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An expression in a time zone.
 *
 * <p>Between two changes of its clocks a zone has one offset, so the search goes through these
 * stretches one after the other, and through the calendar within each. Where clocks go forward, a
 * time that they jump over is due at the jump; but an expression that is due in every hour has lost
 * an hour that never was, and nothing is made up for. Where clocks go back, the part of the stretch
 * that repeats times counts only for expressions that recur within the day.
 */
record CronSchedule(String fieldsText, ZoneId zone, CronFields fields) implements Schedule {

  @Override
  public Optional<Instant> next(Instant after) {
    ZoneRules rules = zone.getRules();
    ZoneOffset offset = rules.getOffset(after);
    LocalDateTime second = LocalDateTime.ofInstant(after, offset).truncatedTo(ChronoUnit.SECONDS);
    LocalDateTime start =
        notRepeated(second.plusSeconds(1), rules.previousTransition(after.plusNanos(1)));
    ZoneOffsetTransition change = rules.nextTransition(after);
    Optional<LocalDateTime> match = fields.firstFrom(start);
    while (match.isPresent()
        && change != null
        && !match.get().toInstant(offset).isBefore(change.getInstant())) {
      if (isMadeUpFor(change)) {
        return Optional.of(change.getInstant());
      }
      offset = change.getOffsetAfter();
      match = fields.firstFrom(notRepeated(change.getDateTimeAfter(), change));
      change = rules.nextTransition(change.getInstant());
    }
    ZoneOffset found = offset;
    return match.map(time -> time.toInstant(found));
  }

  private boolean isMadeUpFor(ZoneOffsetTransition change) {
    return change.isGap()
        && !fields.isOfEveryHour()
        && fields
            .firstFrom(change.getDateTimeBefore())
            .filter(change.getDateTimeAfter()::isAfter)
            .isPresent();
  }

  /** After such a change the clock shows the times up to the one before it once more. */
  private LocalDateTime notRepeated(LocalDateTime start, @Nullable ZoneOffsetTransition last) {
    if (last == null || !last.isOverlap() || fields.isRecurring()) {
      return start;
    }
    LocalDateTime end = last.getDateTimeBefore();
    return start.isBefore(end) ? end : start;
  }

  @Override
  public String text() {
    return "cron %s %s".formatted(fieldsText, zone);
  }
}
