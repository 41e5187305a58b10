package dev.river.internal.lead;

import dev.river.internal.store.Database;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jooq.DSLContext;

/** It is always the leader's turn. */
public final class LeaderGate implements UpkeepGate {
  private final Elector elector;
  private final Database database;

  /**
   * Creates it.
   *
   * @param elector knows whether this client leads
   * @param database where the work runs
   */
  public LeaderGate(Elector elector, Database database) {
    this.elector = elector;
    this.database = database;
  }

  @Override
  public <T> Optional<T> pass(String duty, Duration limit, Function<DSLContext, T> work) {
    return elector.leads() ? Optional.of(database.callWithin(limit, work)) : Optional.empty();
  }
}
