package dev.river.internal.maintain;

import dev.river.error.DatabaseException;
import dev.river.internal.lead.UpkeepGate;
import dev.river.internal.service.ServiceLoop;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends attempts that have been running for so long that nobody will. */
final class StuckJobRescuer implements ServiceLoop.Pass {
  private static final Logger LOG = LoggerFactory.getLogger(StuckJobRescuer.class);
  private static final Duration INTERVAL = Duration.ofSeconds(30);

  /** Looking takes long while a transaction that stays open keeps old index entries alive. */
  private static final int LARGEST_SHARE = 20;

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
    long began = System.nanoTime();
    try {
      rescuer.rescue(gate, stuck);
    } catch (DatabaseException e) {
      if (!e.isTimeout()) {
        throw e;
      }
      LOG.warn("it took too long to look for jobs that nobody runs, the next look is later", e);
    }
    long took = System.nanoTime() - began;
    return Duration.ofNanos(Math.max(INTERVAL.toNanos(), took * (LARGEST_SHARE - 1)));
  }
}
