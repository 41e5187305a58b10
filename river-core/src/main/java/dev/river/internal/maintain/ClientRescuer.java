package dev.river.internal.maintain;

import dev.river.internal.lead.OpenGate;
import dev.river.internal.lead.UpkeepGate;
import dev.river.internal.service.ServiceLoop;
import dev.river.internal.store.ClientStore.Signs;
import java.time.Duration;
import java.util.Optional;

/**
 * Puts back the jobs of clients that are gone.
 *
 * <p>The leader looks twice a second. The others look now and then, because they may know kinds of
 * jobs that the leader doesn't.
 */
final class ClientRescuer implements ServiceLoop.Pass {
  private static final String DUTY = "client-rescuer";
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
  private static final Duration WHILE_SOME_ARE_SUSPECTED = Duration.ofMillis(100);
  private static final Duration BETWEEN_LOOKS_OF_OTHERS = Duration.ofSeconds(5);

  private final UpkeepGate gate;
  private final OpenGate openGate;
  private final GoneClients goneClients;
  private final RescueSearch orphans;
  private final Rescuer rescuer;
  private long nextHelp = System.nanoTime(); // owned by the loop's thread

  /**
   * Creates it.
   *
   * @param gate lets one client of the fleet do it
   * @param openGate lets this client do it too
   * @param goneClients finds the clients
   * @param orphans finds their jobs
   * @param rescuer ends their attempts
   */
  ClientRescuer(
      UpkeepGate gate,
      OpenGate openGate,
      GoneClients goneClients,
      RescueSearch orphans,
      Rescuer rescuer) {
    this.gate = gate;
    this.openGate = openGate;
    this.goneClients = goneClients;
    this.orphans = orphans;
    this.rescuer = rescuer;
  }

  @Override
  public Duration run() {
    Optional<Signs> found = lookThrough(gate);
    if (found.isEmpty() && System.nanoTime() - nextHelp >= 0) {
      nextHelp = System.nanoTime() + BETWEEN_LOOKS_OF_OTHERS.toNanos();
      lookThrough(openGate);
    }
    return found.filter(Signs::someAreSuspected).isPresent()
        ? WHILE_SOME_ARE_SUSPECTED
        : BETWEEN_LOOKS;
  }

  private Optional<Signs> lookThrough(UpkeepGate turn) {
    Optional<Signs> found = turn.pass(DUTY, LIMIT, goneClients::look);
    if (found.filter(Signs::someAreGone).isPresent()) {
      rescuer.rescue(turn, orphans);
      turn.run(DUTY, LIMIT, goneClients::forget);
    }
    return found;
  }
}
