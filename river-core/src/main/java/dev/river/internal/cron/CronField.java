package dev.river.internal.cron;

import com.cronutils.model.field.expression.Always;
import com.cronutils.model.field.expression.And;
import com.cronutils.model.field.expression.Between;
import com.cronutils.model.field.expression.Every;
import com.cronutils.model.field.expression.FieldExpression;
import com.cronutils.model.field.expression.On;
import com.cronutils.model.field.value.FieldValue;

/**
 * A field of an expression.
 *
 * @param values a bit for each value that matches
 * @param star whether it has a star without a step, so that the other field of days decides
 * @param recurring whether it says how often rather than when: by a star, or by all values
 */
record CronField(long values, boolean star, boolean recurring) {

  /**
   * {@return a field as cron-utils has read it}
   *
   * @param expression the field
   * @param min the least value
   * @param max the greatest value
   */
  static CronField of(FieldExpression expression, int min, int max) {
    if (expression instanceof And list) {
      CronField all = new CronField(0, false, false);
      for (FieldExpression part : list.getExpressions()) {
        all = all.or(of(part, min, max));
      }
      return all.values == range(min, max, 1) ? all.asRecurring() : all;
    }
    if (expression instanceof Every steps) {
      return stepped(steps.getExpression(), steps.getPeriod().getValue(), min, max);
    }
    return stepped(expression, 1, min, max);
  }

  /** Every n-th value of a star, of a range, or from a value on. */
  private static CronField stepped(FieldExpression base, int step, int min, int max) {
    if (base instanceof Always) {
      return new CronField(range(min, max, step), step == 1, true);
    }
    if (base instanceof Between between) {
      int from = number(between.getFrom());
      int to = number(between.getTo());
      if (from > to) {
        throw new IllegalArgumentException(
            "a range must not begin after its end, as %s-%s does".formatted(from, to));
      }
      return recurringIfAll(range(from, to, step), min, max);
    }
    if (base instanceof On on) {
      int from = on.getTime().getValue();
      return recurringIfAll(range(from, step == 1 ? from : max, step), min, max);
    }
    throw new IllegalArgumentException("unknown syntax: " + base.asString());
  }

  private static CronField recurringIfAll(long values, int min, int max) {
    return new CronField(values, false, values == range(min, max, 1));
  }

  private static int number(FieldValue<?> value) {
    return Integer.parseInt(String.valueOf(value.getValue()));
  }

  private static long range(int from, int to, int step) {
    long values = 0;
    for (int value = from; value <= to; value += step) {
      values |= 1L << value;
    }
    return values;
  }

  private CronField or(CronField other) {
    return new CronField(values | other.values, star || other.star, recurring || other.recurring);
  }

  private CronField asRecurring() {
    return new CronField(values, star, true);
  }

  boolean has(int value) {
    return (values >> value & 1) == 1;
  }

  /** {@return the first value that matches, from a given one on; -1 if there is none} */
  int from(int value) {
    long rest = values >>> value << value; // at most 60 is asked for
    return rest == 0 ? -1 : Long.numberOfTrailingZeros(rest);
  }
}
