package dev.river.internal.cron;

import com.cronutils.model.definition.CronDefinition;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.field.CronFieldName;
import com.cronutils.model.field.expression.FieldExpression;
import com.cronutils.parser.CronParser;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the fields of an expression with cron-utils, each alone, to name the one that is wrong. */
final class CronFieldReader {
  private static final CronDefinition DEFINITION =
      CronDefinitionBuilder.defineCron()
          .withSeconds()
          .withValidRange(0, 59)
          .and()
          .withMinutes()
          .withValidRange(0, 59)
          .and()
          .withHours()
          .withValidRange(0, 23)
          .and()
          .withDayOfMonth()
          .withValidRange(1, 31)
          .and()
          .withMonth()
          .withValidRange(1, 12)
          .and()
          .withDayOfWeek()
          .withMondayDoWValue(1)
          .withValidRange(0, 6)
          .and()
          .instance();

  private static final int FIELDS = 6;
  private static final Pattern STEPPED = Pattern.compile("(\\w+|\\*)/0*(\\d{1,9})");

  private final List<String> texts;

  /** Takes five fields, or six with the seconds first. */
  CronFieldReader(String[] texts) {
    if (texts.length != FIELDS && texts.length != FIELDS - 1) {
      throw new IllegalArgumentException(
          "it must have 5 fields, or 6 with seconds, but has "
              + (texts[0].isEmpty() ? 0 : texts.length));
    }
    this.texts = new ArrayList<>(Arrays.asList(texts));
    if (texts.length < FIELDS) {
      this.texts.addFirst("0");
    }
  }

  CronFields read() {
    return new CronFields(
        field(CronFieldName.SECOND, 0, 59),
        field(CronFieldName.MINUTE, 0, 59),
        field(CronFieldName.HOUR, 0, 23),
        field(CronFieldName.DAY_OF_MONTH, 1, 31),
        field(CronFieldName.MONTH, 1, 12),
        field(CronFieldName.DAY_OF_WEEK, 0, 6));
  }

  private CronField field(CronFieldName name, int min, int max) {
    String text = texts.get(place(name));
    try {
      return CronField.of(parse(name, readable(text, min, max)), min, max);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "its %s must be %s to %s, as values, ranges, steps or lists of these, not \"%s\" (%s)"
              .formatted(spoken(name), min, max, text, reason(e)),
          e);
    }
  }

  private static FieldExpression parse(CronFieldName name, String text) {
    List<String> alone = new ArrayList<>(Collections.nCopies(FIELDS, "*"));
    alone.set(place(name), text);
    return new CronParser(DEFINITION).parse(String.join(" ", alone)).retrieve(name).getExpression();
  }

  private static int place(CronFieldName name) {
    return switch (name) {
      case SECOND -> 0;
      case MINUTE -> 1;
      case HOUR -> 2;
      case DAY_OF_MONTH -> 3;
      case MONTH -> 4;
      case DAY_OF_WEEK -> 5;
      case YEAR, DAY_OF_YEAR -> throw new IllegalArgumentException("no field for " + name);
    };
  }

  /** cron-utils does not know ? in every field, nor a step that leads beyond the last value. */
  private static String readable(String text, int min, int max) {
    List<String> parts = new ArrayList<>();
    for (String part : text.replace('?', '*').split(",", -1)) {
      Matcher stepped = STEPPED.matcher(part);
      if (stepped.matches() && Integer.parseInt(stepped.group(2)) > max - min) {
        parts.add(stepped.group(1).equals("*") ? String.valueOf(min) : stepped.group(1));
      } else {
        parts.add(part);
      }
    }
    return String.join(",", parts);
  }

  private static String spoken(CronFieldName name) {
    return name.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String reason(IllegalArgumentException e) {
    return String.valueOf(e.getMessage()).replace("Failed to parse cron expression. ", "");
  }
}
