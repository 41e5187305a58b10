package dev.river.internal.work;

import dev.river.error.DatabaseException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Set;

/** What it means that the database did not store something. */
enum Refusal {
  /** The database is away, or stands still: the same is tried again. */
  AWAY,
  /** It was too much at once, for the memory or for the time that a statement may take. */
  TOO_MUCH,
  /** It may pass: a deadlock, a full disk. If it doesn't, a row brings it about. */
  PASSING,
  /** Nobody knows: the same is tried once more. If it is refused again, a row brings it about. */
  IN_DOUBT,
  /** A row brings it about, so that the same would be refused again. */
  OF_ROW;

  /** Statements that are refused later than that have waited for the lock of the table. */
  private static final Duration LOCKED_TABLE = Duration.ofSeconds(1);

  private static final String READ_ONLY = "25006";
  private static final String LOCK_TIMEOUT = "55P03";
  private static final Set<String> UNTRANSLATABLE = Set.of("22P05", "22021");

  /** Transactions that failed, resources, objects in use, an operator, the system. */
  private static final Set<String> PASSING_CLASSES = Set.of("40", "53", "55", "57", "58");

  static Refusal of(Throwable failure, Duration took) {
    if (failure instanceof OutOfMemoryError || isSilence(failure)) {
      return TOO_MUCH;
    }
    if (!(failure instanceof DatabaseException refused)) {
      return PASSING;
    }
    String state = refused.sqlState().orElse("");
    if (refused.isTimeout()) {
      return TOO_MUCH;
    }
    if (refused.isUnreachable()
        || state.isEmpty()
        || state.equals(READ_ONLY)
        || (state.equals(LOCK_TIMEOUT) && took.compareTo(LOCKED_TABLE) > 0)) {
      return AWAY;
    }
    if (refused.isCausedByRow()) {
      return OF_ROW;
    }
    return PASSING_CLASSES.contains(state.substring(0, 2)) ? PASSING : IN_DOUBT;
  }

  /** {@return whether a statement was refused because another transaction holds a row} */
  static boolean isByLock(DatabaseException refused) {
    return refused.sqlState().filter(LOCK_TIMEOUT::equals).isPresent();
  }

  /** {@return whether the database has no place for a character in its encoding} */
  static boolean isByEncoding(Throwable failure) {
    return failure instanceof DatabaseException refused
        && refused.sqlState().filter(UNTRANSLATABLE::contains).isPresent();
  }

  /** {@return whether the server was given up because it did not answer in time} */
  private static boolean isSilence(Throwable failure) {
    for (Throwable link = failure; link != null; link = link.getCause()) {
      if (link instanceof SocketTimeoutException) {
        return true;
      }
    }
    return false;
  }
}
