package dev.river.internal.maintain;

import dev.river.internal.lead.UpkeepGate;
import dev.river.internal.service.ServiceLoop;
import java.time.Duration;
import java.util.List;

/** Ends attempts that have been running for so long that nobody will. */
final class StuckJobRescuer implements ServiceLoop.Pass {
  private static final Duration INTERVAL = Duration.ofSeconds(30);

  private final UpkeepGate gate;
  private final List<RescueSearch> searches;
  private final Rescuer rescuer;

  /**
   * Creates it.
   *
   * @param gate lets one client of the fleet do it
   * @param searches find the jobs
   * @param rescuer ends their attempts
   */
  StuckJobRescuer(UpkeepGate gate, List<RescueSearch> searches, Rescuer rescuer) {
    this.gate = gate;
    this.searches = searches;
    this.rescuer = rescuer;
  }

  @Override
  public Duration run() {
    searches.forEach(search -> rescuer.rescue(gate, search));
    return INTERVAL;
  }
}
