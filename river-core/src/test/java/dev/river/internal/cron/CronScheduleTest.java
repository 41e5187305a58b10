package dev.river.internal.cron;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.periodic.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/** Random expressions, against a walk over every minute that reads the clock on the wall. */
class CronScheduleTest {
  private static final List<String> ZONES =
      List.of(
          "UTC",
          "Europe/Berlin",
          "America/New_York",
          "Australia/Lord_Howe", // half an hour
          "America/Santiago", // at midnight
          "Pacific/Apia", // a day
          "Africa/Casablanca", // back in spring
          "Asia/Kolkata");

  private static final Duration WALK = Duration.ofDays(4);

  @Property(tries = 1_200, edgeCases = EdgeCasesMode.NONE)
  void isDueExactlyAtTheMinutesThatAWalkFinds(@ForAll("cases") Case when) {
    List<Instant> walked = walk(when.expression(), when.zone(), when.start(), when.end());
    Statistics.label("runs in four days")
        .collect(walked.isEmpty() ? "none" : "some")
        .coverage(checker -> checker.check("some").percentage(share -> share > 20));

    assertThat(runs(when)).isEqualTo(walked);
  }

  @Provide
  Arbitrary<Case> cases() {
    return Arbitraries.randomValue(Case::random);
  }

  /** An expression, where and from when on it is looked at. */
  record Case(Expression expression, ZoneId zone, Instant start) {
    static Case random(Random random) {
      ZoneId zone = ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
      return new Case(Expression.random(random), zone, CronScheduleTest.start(random, zone));
    }

    Instant end() {
      return start.plus(WALK);
    }
  }

  /** Most often shortly before clocks change, and not always at a full minute. */
  private static Instant start(Random random, ZoneId zone) {
    Instant any =
        Instant.parse("2005-01-01T00:00:00Z").plus(random.nextInt(8_000_000), ChronoUnit.MINUTES);
    ZoneOffsetTransition change = zone.getRules().nextTransition(any);
    Instant start =
        change == null || random.nextInt(4) == 0
            ? any
            : change.getInstant().minus(random.nextInt(4_000) - 500, ChronoUnit.MINUTES);
    return start.plusMillis(random.nextInt(3) * 17_123L);
  }

  private static List<Instant> runs(Case when) {
    Schedule schedule = new CronParsing().read(when.expression().text(), when.zone());
    List<Instant> runs = new ArrayList<>();
    Instant next = schedule.next(when.start()).orElseThrow();
    assertThat(next).isAfter(when.start());
    while (!next.isAfter(when.end())) {
      runs.add(next);
      next = schedule.next(next).orElseThrow();
    }
    return runs;
  }

  private static List<Instant> walk(
      Expression expression, ZoneId zone, Instant start, Instant end) {
    ZoneRules rules = zone.getRules();
    List<Instant> runs = new ArrayList<>();
    Instant minute = start.truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);
    for (; !minute.isAfter(end); minute = minute.plus(1, ChronoUnit.MINUTES)) {
      ZoneOffset offset = rules.getOffset(minute);
      LocalDateTime wall = LocalDateTime.ofInstant(minute, offset);
      boolean again = !rules.getValidOffsets(wall).getFirst().equals(offset);
      boolean due = expression.matches(wall) && (expression.recurring() || !again);
      if (due || (expression.hours.size() < 24 && jumpsOver(expression, rules, minute))) {
        runs.add(minute);
      }
    }
    return runs;
  }

  private static boolean jumpsOver(Expression expression, ZoneRules rules, Instant minute) {
    ZoneOffsetTransition change =
        rules.getTransition(LocalDateTime.ofInstant(minute, rules.getOffset(minute.minusNanos(1))));
    if (change == null || !change.isGap() || !change.getInstant().equals(minute)) {
      return false;
    }
    for (LocalDateTime wall = change.getDateTimeBefore();
        wall.isBefore(change.getDateTimeAfter());
        wall = wall.plusMinutes(1)) {
      if (expression.matches(wall)) {
        return true;
      }
    }
    return false;
  }

  /** An expression, and what it means without having been read. */
  record Expression(
      String text,
      Set<Integer> minutes,
      Set<Integer> hours,
      Set<Integer> days,
      Set<Integer> months,
      Set<Integer> weekdays,
      boolean recurring,
      boolean eitherDay) {

    static Expression random(Random random) {
      Field minutes = Field.random(random, 0, 59, 2);
      Field hours = Field.random(random, 0, 23, 2);
      Field days = Field.random(random, 1, 31, 2);
      Field months = random.nextInt(4) > 0 ? Field.all(1, 12) : Field.random(random, 1, 12, 1);
      Field weekdays = Field.random(random, 0, 6, 1);
      if (weekdays.star) { // or there might be no such day
        days = random.nextBoolean() ? days.and(28) : Field.all(1, 31);
      }
      return new Expression(
          String.join(" ", minutes.text, hours.text, days.text, months.text, weekdays.text),
          minutes.values,
          hours.values,
          days.values,
          months.values,
          weekdays.values,
          minutes.recurs(60) || hours.recurs(24),
          !days.star && !weekdays.star);
    }

    boolean matches(LocalDateTime wall) {
      boolean day = days.contains(wall.getDayOfMonth());
      boolean weekday = weekdays.contains(wall.getDayOfWeek().getValue() % 7);
      return minutes.contains(wall.getMinute())
          && hours.contains(wall.getHour())
          && months.contains(wall.getMonthValue())
          && (eitherDay ? day || weekday : day && weekday);
    }
  }

  private record Field(String text, Set<Integer> values, boolean star) {
    static Field all(int min, int max) {
      return new Field("*", span(min, max, 1), true);
    }

    static Field random(Random random, int min, int max, int starsInFour) {
      if (random.nextInt(4) < starsInFour) {
        return all(min, max);
      }
      Field field = part(random, min, max);
      return random.nextInt(3) > 0 ? field : field.and(part(random, min, max));
    }

    private static Field part(Random random, int min, int max) {
      int from = min + random.nextInt(max - min + 1);
      int to = from + random.nextInt(max - from + 1);
      int step = 2 + random.nextInt(max - min - 1);
      return switch (random.nextInt(5)) {
        case 0 -> new Field("*/" + step, span(min, max, step), false);
        case 1 -> new Field(from + "-" + to, span(from, to, 1), false);
        case 2 -> new Field("%s-%s/%s".formatted(from, to, step), span(from, to, step), false);
        case 3 -> new Field("%s/%s".formatted(from, step), span(from, max, step), false);
        default -> new Field(String.valueOf(from), Set.of(from), false);
      };
    }

    private static Set<Integer> span(int from, int to, int step) {
      Set<Integer> values = new TreeSet<>();
      for (int value = from; value <= to; value += step) {
        values.add(value);
      }
      return values;
    }

    Field and(int value) {
      return star ? this : and(new Field(String.valueOf(value), Set.of(value), false));
    }

    private Field and(Field other) {
      Set<Integer> both = new TreeSet<>(values);
      both.addAll(other.values);
      return new Field(text + "," + other.text, both, star || other.star);
    }

    boolean recurs(int all) {
      return text.contains("*") || values.size() == all;
    }
  }
}
