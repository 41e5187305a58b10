package dev.river.internal.maintain;

import dev.river.internal.lead.OpenGate;
import dev.river.internal.lead.UpkeepGate;
import dev.river.internal.maintain.GoneClients.Signs;
import dev.river.internal.service.ServiceLoop;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jooq.DSLContext;

/**
 * Puts back the jobs of clients that are gone.
 *
 * <p>The leader looks twice a second. The others look now and then, because they may know kinds of
 * jobs that the leader doesn't, and because it may die.
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
  private final NamesakeSearch namesakes;
  private final Rescuer rescuer;
  private long nextHelp = System.nanoTime(); // owned by the loop's thread

  /**
   * Creates it.
   *
   * @param gate lets one client of the fleet do it
   * @param openGate lets this client do it too
   * @param goneClients finds the clients
   * @param orphans finds their jobs
   * @param namesakes finds those of former processes of this client
   * @param rescuer ends their attempts
   */
  ClientRescuer(
      UpkeepGate gate,
      OpenGate openGate,
      GoneClients goneClients,
      RescueSearch orphans,
      NamesakeSearch namesakes,
      Rescuer rescuer) {
    this.gate = gate;
    this.openGate = openGate;
    this.goneClients = goneClients;
    this.orphans = orphans;
    this.namesakes = namesakes;
    this.rescuer = rescuer;
  }

  @Override
  public Duration run() {
    Optional<Signs> found = lookThrough(gate, goneClients::lookOften);
    if (found.isEmpty() && System.nanoTime() - nextHelp >= 0) {
      nextHelp = System.nanoTime() + BETWEEN_LOOKS_OF_OTHERS.toNanos();
      found = lookThrough(openGate, goneClients::lookNowAndThen);
      if (found.filter(Signs::someAreSuspected).isPresent()) {
        nextHelp = System.nanoTime() + BETWEEN_LOOKS.toNanos();
      }
    }
    return found.filter(Signs::someAreSuspected).isPresent()
        ? WHILE_SOME_ARE_SUSPECTED
        : BETWEEN_LOOKS;
  }

  private Optional<Signs> lookThrough(UpkeepGate turn, Function<DSLContext, Signs> look) {
    Optional<Signs> found = turn.pass(DUTY, LIMIT, look);
    if (found.filter(Signs::someAreGone).isPresent()) {
      rescuer.rescue(turn, orphans);
      turn.run(DUTY, LIMIT, goneClients::forget);
    }
    if (found.filter(Signs::namesakesAreGone).isPresent()) {
      rescuer.rescue(openGate, namesakes);
      if (namesakes.isDone()) {
        openGate.run(DUTY, LIMIT, goneClients::forgetNamesakes);
      }
    }
    return found;
  }
}
