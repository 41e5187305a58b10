package dev.river.internal.lead;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jooq.DSLContext;

/**
 * A gate to what the leader of all languages does: it is shut while another client has the lease.
 */
public final class LeasedGate implements UpkeepGate {
  private final UpkeepGate gate;
  private final Elector elector;

  /**
   * Creates it.
   *
   * @param gate lets one client of our fleet in
   * @param elector knows whether our fleet holds the lease
   */
  public LeasedGate(UpkeepGate gate, Elector elector) {
    this.gate = gate;
    this.elector = elector;
  }

  @Override
  public <T> Optional<T> pass(String duty, Duration limit, Function<DSLContext, T> work) {
    return elector.holdsLease() ? gate.pass(duty, limit, work) : Optional.empty();
  }
}
