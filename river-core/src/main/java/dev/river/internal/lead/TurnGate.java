package dev.river.internal.lead;

import dev.river.internal.store.AdvisoryLocks;
import dev.river.internal.store.Database;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jooq.DSLContext;

/**
 * It is anybody's turn, one at a time: for clients without a session, which can't hold a lock for
 * longer than a transaction.
 */
public final class TurnGate implements UpkeepGate {
  private final AdvisoryLocks locks;
  private final Database database;
  private final BooleanSupplier isElder;

  /**
   * Creates it.
   *
   * @param locks let one client in at a time
   * @param database where the work runs
   * @param isElder whether this client is one of those that started first: the others don't try, so
   *     that a large fleet asks no more than a small one
   */
  public TurnGate(AdvisoryLocks locks, Database database, BooleanSupplier isElder) {
    this.locks = locks;
    this.database = database;
    this.isElder = isElder;
  }

  @Override
  public <T> Optional<T> pass(String duty, Duration limit, Function<DSLContext, T> work) {
    if (!isElder.getAsBoolean()) {
      return Optional.empty();
    }
    return database.callWithin(
        limit,
        db ->
            locks.tryLock(db, "duty." + duty) ? Optional.of(work.apply(db)) : Optional.<T>empty());
  }
}
