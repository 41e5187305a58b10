package dev.river.internal.cron;

import dev.river.periodic.CronReader;
import dev.river.periodic.Schedule;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Map;

/**
 * Reads cron expressions as River's clients in Go do. Source: robfig/cron, version 3, its standard
 * parser, with seconds where there are six fields.
 */
public final class CronParsing implements CronReader {
  private static final Map<String, String> DESCRIPTORS =
      Map.of(
          "@yearly", "0 0 1 1 *",
          "@annually", "0 0 1 1 *",
          "@monthly", "0 0 1 * *",
          "@weekly", "0 0 * * 0",
          "@daily", "0 0 * * *",
          "@midnight", "0 0 * * *",
          "@hourly", "0 * * * *");

  /** Creates it, for {@link java.util.ServiceLoader}. */
  public CronParsing() {}

  @Override
  public Schedule read(String expression, ZoneId zone) {
    try {
      return parse(expression.strip(), zone);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new IllegalArgumentException(
          "cron expression is not valid: %s, got: \"%s\"".formatted(e.getMessage(), expression), e);
    }
  }

  private static Schedule parse(String expression, ZoneId zone) {
    if (expression.startsWith("CRON_TZ=") || expression.startsWith("TZ=")) {
      String[] parts = expression.split("\\s+", 2);
      String named = parts[0].substring(parts[0].indexOf('=') + 1);
      return parseTimes(parts.length == 2 ? parts[1] : "", ZoneId.of(named));
    }
    return parseTimes(expression, zone);
  }

  private static Schedule parseTimes(String times, ZoneId zone) {
    if (!times.startsWith("@")) {
      return schedule(times.toUpperCase(Locale.ROOT), zone);
    }
    if (times.startsWith("@every ")) {
      return WholeSeconds.every(GoDuration.parse(times.substring("@every ".length()).strip()));
    }
    String fields = DESCRIPTORS.get(times);
    if (fields == null) {
      throw new IllegalArgumentException(
          "what begins with @ must be one of @yearly, @annually, @monthly, @weekly, @daily,"
              + " @midnight, @hourly and @every <time>");
    }
    return schedule(fields, zone);
  }

  private static Schedule schedule(String text, ZoneId zone) {
    String[] fields = text.split("\\s+", -1);
    return new CronSchedule(String.join(" ", fields), zone, new CronFieldReader(fields).read());
  }
}
