package dev.river.internal.service;

import dev.river.error.DatabaseException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;

/**
 * Logs what goes wrong in a loop: the first failure of its kind with its stack, and while it is
 * repeated a line a minute. That the database is away is logged once for all loops of a client, by
 * what uses the database. All of it is logged at DEBUG. Belongs to one thread.
 */
final class RepeatedFailures {
  private static final Duration BETWEEN_LINES = Duration.ofMinutes(1);
  private static final int MOST_KINDS = 100;

  private final Logger log;
  private final String name;
  private final Duration betweenLines;
  private final Map<String, Repetition> repetitions = new HashMap<>();

  RepeatedFailures(Logger log, String name) {
    this(log, name, BETWEEN_LINES);
  }

  RepeatedFailures(Logger log, String name, Duration betweenLines) {
    this.log = log;
    this.name = name;
    this.betweenLines = betweenLines;
  }

  private static final class Repetition {
    private long lastLine = System.nanoTime();
    private int times;
  }

  /**
   * Logs a failure.
   *
   * @param failure what went wrong
   * @param pause how long the loop waits now
   */
  void failed(Throwable failure, Duration pause) {
    if (failure instanceof DatabaseException ofDatabase && ofDatabase.isUnreachable()) {
      debug(failure, pause);
      return;
    }
    if (repetitions.size() == MOST_KINDS) {
      repetitions.clear();
    }
    Repetition known = repetitions.putIfAbsent(kindOf(failure), new Repetition());
    if (known == null) {
      log.warn("{}: pass failed, next try in {} ms", name, pause.toMillis(), failure);
    } else {
      repeated(known, failure, pause);
    }
  }

  private void repeated(Repetition known, Throwable failure, Duration pause) {
    known.times++;
    debug(failure, pause);
    if (System.nanoTime() - known.lastLine >= betweenLines.toNanos()) {
      log.warn(
          "{}: pass still fails, {} times since it was logged last, next try in {} ms: {}",
          name,
          known.times,
          pause.toMillis(),
          failure.toString());
      known.times = 0;
      known.lastLine = System.nanoTime();
    }
  }

  private void debug(Throwable failure, Duration pause) {
    log.debug("{}: pass failed, next try in {} ms", name, pause.toMillis(), failure);
  }

  /** By the class, the SQLSTATE and where it was thrown. */
  private static String kindOf(Throwable failure) {
    StackTraceElement[] stack = failure.getStackTrace();
    String sqlState =
        failure instanceof DatabaseException ofDatabase ? ofDatabase.sqlState().orElse("") : "";
    String place = stack.length == 0 || !sqlState.isEmpty() ? "" : stack[0].toString();
    return String.join(" ", failure.getClass().getName(), sqlState, place);
  }
}
