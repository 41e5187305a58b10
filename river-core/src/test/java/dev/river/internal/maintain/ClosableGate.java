package dev.river.internal.maintain;

import dev.river.internal.lead.UpkeepGate;
import dev.river.internal.store.Database;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jooq.DSLContext;

/** Lets its client in, unless it is closed. */
final class ClosableGate implements UpkeepGate {
  private final Database database;
  volatile boolean open = true;

  ClosableGate(Database database) {
    this.database = database;
  }

  @Override
  public <T> Optional<T> pass(String duty, Duration limit, Function<DSLContext, T> work) {
    return open ? Optional.of(database.callWithin(limit, work)) : Optional.empty();
  }
}
