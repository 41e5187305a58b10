package dev.river.internal.maintain;

import dev.river.internal.lead.UpkeepGate;
import dev.river.internal.service.ServiceLoop;
import java.time.Duration;

/** Ends attempts that have been running for so long that nobody will. */
final class StuckJobRescuer implements ServiceLoop.Pass {
  private static final Duration INTERVAL = Duration.ofSeconds(30);

  private final UpkeepGate gate;
  private final RescueSearch stuck;
  private final Rescuer rescuer;

  /**
   * Creates it.
   *
   * @param gate lets one client of the fleet do it
   * @param stuck finds the jobs
   * @param rescuer ends their attempts
   */
  StuckJobRescuer(UpkeepGate gate, RescueSearch stuck, Rescuer rescuer) {
    this.gate = gate;
    this.stuck = stuck;
    this.rescuer = rescuer;
  }

  @Override
  public Duration run() {
    rescuer.rescue(gate, stuck);
    return INTERVAL;
  }
}
