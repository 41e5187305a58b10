package dev.river.internal.lead;

import dev.river.internal.store.Database;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jooq.DSLContext;

/** It is everybody's turn, several at a time. */
public final class OpenGate implements UpkeepGate {
  private final Database database;

  /**
   * Creates it.
   *
   * @param database where the work runs
   */
  public OpenGate(Database database) {
    this.database = database;
  }

  @Override
  public <T> Optional<T> pass(String duty, Duration limit, Function<DSLContext, T> work) {
    return Optional.of(database.callWithin(limit, work));
  }
}
