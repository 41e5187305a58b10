package dev.river.internal.lead;

import dev.river.internal.store.AdvisoryLocks;
import dev.river.internal.store.Database;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jooq.DSLContext;

/**
 * It is anybody's turn, one at a time: for clients without a session, which can't hold a lock for
 * longer than a transaction.
 */
public final class TurnGate implements UpkeepGate {
  private final AdvisoryLocks locks;
  private final Database database;

  /**
   * Creates it.
   *
   * @param locks let one client in at a time
   * @param database where the work runs
   */
  public TurnGate(AdvisoryLocks locks, Database database) {
    this.locks = locks;
    this.database = database;
  }

  @Override
  public <T> Optional<T> pass(String duty, Duration limit, Function<DSLContext, T> work) {
    return database.callWithin(
        limit,
        db ->
            locks.tryLock(db, "duty." + duty) ? Optional.of(work.apply(db)) : Optional.<T>empty());
  }
}
