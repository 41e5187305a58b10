package dev.river.internal.work;

import dev.river.error.DatabaseException;
import dev.river.error.DatabaseException.Reason;
import dev.river.error.SqlFault;
import dev.river.internal.store.RowFaults;
import java.time.Duration;

/** What it means that the database did not store something. */
enum Refusal {
  /** The database is away, or stands still: the same is tried again. */
  AWAY,
  /** It was too much at once, for the memory or for the time that a statement may take. */
  TOO_MUCH,
  /**
   * It may pass: a deadlock. If it doesn't, though the row can be changed, the row brings it about.
   */
  PASSING,
  /**
   * Nobody knows: if it is refused again and again though the row can be changed, it is the row.
   */
  IN_DOUBT,
  /** The server lacks memory or disk space, or has a fault: no row is ever blamed for that. */
  OF_SERVER,
  /** A row brings it about, so that the same would be refused again. */
  OF_ROW;

  /** Statements that are refused later than that have waited for the lock of the table. */
  private static final Duration LOCKED_TABLE = Duration.ofSeconds(1);

  static Refusal of(Throwable failure, Duration took) {
    if (RowFaults.isOutOfMemory(failure) || RowFaults.isTimeout(failure)) {
      return TOO_MUCH;
    }
    if (!(failure instanceof DatabaseException refused)) {
      return PASSING;
    }
    if (refused.isUnreachable()
        || refused.fault() == SqlFault.NONE
        || (isByLock(refused) && took.compareTo(LOCKED_TABLE) > 0)) {
      return AWAY;
    }
    if (refused.isCausedByRow()) {
      return OF_ROW;
    }
    if (refused.reason() == Reason.OTHER && !RowFaults.mayBe(refused)) {
      return OF_SERVER;
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
}
