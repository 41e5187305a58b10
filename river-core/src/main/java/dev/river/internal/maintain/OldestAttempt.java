package dev.river.internal.maintain;

import dev.river.error.DatabaseException;
import dev.river.internal.service.ServiceLoop;
import dev.river.internal.store.Database;
import dev.river.internal.store.JobRescues;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows when the oldest attempt began that still runs, so that searches of running attempts need
 * not begin before it. While a transaction stays open, the index of running jobs keeps an entry for
 * each attempt that has ended since, and to read all of it takes longer and longer; a look that
 * begins where the last one ended reads only those that have ended between them. May be asked by
 * several threads.
 *
 * <p>A new attempt is younger than what is known, unless its claim was under way for longer than
 * {@link JobRescues#LATELY}. What is known is earlier by the time since the last look, too: if the
 * server's clock was set back meanwhile, attempts have begun before what was the present then. So
 * each look finds out what the new present is. Now and then a look begins at the beginning, if that
 * doesn't take too long.
 */
public final class OldestAttempt implements ServiceLoop.Pass, Supplier<Instant> {
  private static final Logger LOG = LoggerFactory.getLogger(OldestAttempt.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);
  private static final Duration BETWEEN_WHOLE_LOOKS = Duration.ofMinutes(10);
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final Database database;
  private final JobRescues rescues;
  private final Duration betweenWholeLooks;
  private final Duration limit;
  private volatile Instant known = Instant.EPOCH;

  // Owned by the loop's thread.
  private long nextWholeLook = System.nanoTime();
  private long lastLook = System.nanoTime();

  /**
   * Creates it.
   *
   * @param database where jobs run
   * @param rescues finds those that do
   */
  public OldestAttempt(Database database, JobRescues rescues) {
    this(database, rescues, BETWEEN_WHOLE_LOOKS, LIMIT);
  }

  OldestAttempt(Database database, JobRescues rescues, Duration betweenWholeLooks, Duration limit) {
    this.database = database;
    this.rescues = rescues;
    this.betweenWholeLooks = betweenWholeLooks;
    this.limit = limit;
  }

  /** {@return a time before which no attempt began that still runs; 1970 until one is known} */
  @Override
  public Instant get() {
    return known;
  }

  @Override
  public Duration run() {
    boolean whole = System.nanoTime() - nextWholeLook >= 0;
    if (whole) {
      nextWholeLook = System.nanoTime() + betweenWholeLooks.toNanos();
    }
    try {
      Instant from = whole ? Instant.EPOCH : known;
      long begun = System.nanoTime();
      Duration lately = JobRescues.LATELY.plusNanos(begun - lastLook);
      known = database.callWithin(limit, db -> rescues.oldest(db, from, lately));
      lastLook = begun;
    } catch (DatabaseException e) {
      if (!e.isTimeout()) {
        throw e;
      }
      LOG.warn(
          "it took longer than {} ms to look for the oldest running job: a transaction that stays"
              + " open for long may be why",
          limit.toMillis(),
          e);
    }
    // As long as nothing is known, each look is a whole one.
    return known.equals(Instant.EPOCH) ? betweenWholeLooks : BETWEEN_LOOKS;
  }
}
