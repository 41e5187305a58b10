package dev.river.periodic;

import java.time.ZoneId;

/**
 * Reads cron expressions. River brings the one that is used, and finds it as Java finds services.
 */
public interface CronReader {

  /**
   * {@return the schedule of a cron expression}
   *
   * @param expression the expression
   * @param zone the time zone of an expression that names none
   * @throws IllegalArgumentException if the expression is not valid
   */
  Schedule read(String expression, ZoneId zone);
}
