package dev.river.internal.maintain;

import dev.river.internal.lead.UpkeepGate;
import dev.river.internal.service.ServiceLoop;
import dev.river.internal.store.UnworkedQueues;
import dev.river.internal.store.UnworkedQueues.Unworked;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of queues that have due jobs but that no client works: their name may be misspelt where
 * jobs are inserted, or missing where clients are configured. It changes nothing itself.
 *
 * <p>A queue counts when two looks in a row see it, so that clients may start one after the other.
 */
public final class QueueWatch implements ServiceLoop.Pass {
  private static final Logger LOG = LoggerFactory.getLogger(QueueWatch.class);
  private static final String DUTY = "queue-watch";
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);
  private static final Duration BETWEEN_WARNINGS = Duration.ofHours(1);
  private static final Duration DUE_FOR = Duration.ofMinutes(1);

  /** Clients of all languages say every ten minutes that they work a queue. */
  private static final Duration UNWORKED_FOR = Duration.ofMinutes(15);

  /** How late a client begins that has just become the leader. */
  private static final Duration UNTIL_ITS_TURN = Duration.ofSeconds(2);

  private static final int MOST_QUEUES = 100;

  private final UpkeepGate gate;
  private final UnworkedQueues queues;
  private final Supplier<? extends Collection<String>> worked;
  private final Sightings unworked;

  /**
   * Creates it.
   *
   * @param gate lets one client of the fleet do it
   * @param queues looks at the database
   * @param worked the queues that this client works itself
   */
  public QueueWatch(
      UpkeepGate gate, UnworkedQueues queues, Supplier<? extends Collection<String>> worked) {
    this(gate, queues, worked, System::nanoTime);
  }

  QueueWatch(
      UpkeepGate gate,
      UnworkedQueues queues,
      Supplier<? extends Collection<String>> worked,
      LongSupplier nanos) {
    this.gate = gate;
    this.queues = queues;
    this.worked = worked;
    this.unworked = new Sightings(nanos, BETWEEN_WARNINGS);
  }

  @Override
  public Duration run() {
    Optional<List<Unworked>> seen =
        gate.pass(
            DUTY, LIMIT, db -> queues.find(db, worked.get(), DUE_FOR, UNWORKED_FOR, MOST_QUEUES));
    List<Unworked> now = seen.orElse(List.of());
    unworked.see(now.stream().map(Unworked::queue).toList());
    now.forEach(this::warn);
    return seen.isPresent() ? BETWEEN_LOOKS : UNTIL_ITS_TURN;
  }

  private void warn(Unworked queue) {
    if (unworked.seenFor(queue.queue()).isPositive() && unworked.tell(queue.queue())) {
      LOG.warn(
          "queue \"{}\": no client works it, though a job of it has been due for {} s. Is its name"
              + " misspelt where jobs are inserted, or missing where clients are configured?",
          queue.queue().replaceAll("\\p{Cntrl}", "_"),
          (long) queue.seconds());
    }
  }
}
