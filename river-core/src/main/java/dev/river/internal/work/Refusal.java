package dev.river.internal.work;

import dev.river.error.DatabaseException;
import dev.river.error.SqlFault;
import java.net.SocketTimeoutException;
import java.time.Duration;

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

  static Refusal of(Throwable failure, Duration took) {
    if (failure instanceof OutOfMemoryError || isSilence(failure)) {
      return TOO_MUCH;
    }
    if (!(failure instanceof DatabaseException refused)) {
      return PASSING;
    }
    if (refused.isTimeout()) {
      return TOO_MUCH;
    }
    if (refused.isUnreachable()
        || refused.fault() == SqlFault.NONE
        || (isByLock(refused) && took.compareTo(LOCKED_TABLE) > 0)) {
      return AWAY;
    }
    if (refused.isCausedByRow()) {
      return OF_ROW;
    }
    return refused.fault().mayPass() ? PASSING : IN_DOUBT;
  }

  /** {@return whether a statement was refused because another transaction holds a row} */
  static boolean isByLock(DatabaseException refused) {
    return refused.fault() == SqlFault.LOCK_TIMEOUT;
  }

  /** {@return whether the database has no place for a character in its encoding} */
  static boolean isByEncoding(Throwable failure) {
    return failure instanceof DatabaseException refused && refused.fault() == SqlFault.ENCODING;
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
