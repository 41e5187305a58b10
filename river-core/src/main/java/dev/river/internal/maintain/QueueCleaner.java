package dev.river.internal.maintain;

import dev.river.internal.lead.UpkeepGate;
import dev.river.internal.service.ServiceLoop;
import dev.river.internal.store.QueueCleanings;
import dev.river.internal.store.RowFaults;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes the rows of queues that nobody has worked for a day. */
public final class QueueCleaner implements ServiceLoop.Pass {
  private static final Logger LOG = LoggerFactory.getLogger(QueueCleaner.class);
  private static final String DUTY = "queue-cleaner";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** River: queue cleaner. */
  private static final Duration UNWORKED_FOR = Duration.ofDays(1);

  private static final Duration BETWEEN_LOOKS = Duration.ofHours(1);

  private static final Duration BETWEEN_BATCHES = Duration.ofMillis(20);

  /** How late a client begins that has just become the leader. */
  private static final Duration UNTIL_ITS_TURN = Duration.ofSeconds(2);

  private final UpkeepGate gate;
  private final QueueCleanings cleanings;
  private final BatchSize batches;

  /** Queues whose rows the database refuses to delete, which was logged; of the loop's thread. */
  private final Set<String> refused = new HashSet<>();

  /**
   * Creates it.
   *
   * @param gate lets one client of the fleet do it
   * @param cleanings deletes queues
   */
  public QueueCleaner(UpkeepGate gate, QueueCleanings cleanings) {
    this(gate, cleanings, new BatchSize(1_000));
  }

  QueueCleaner(UpkeepGate gate, QueueCleanings cleanings, BatchSize batches) {
    this.gate = gate;
    this.cleanings = cleanings;
    this.batches = batches;
  }

  @Override
  public Duration run() {
    int size = batches.current();
    return batches
        .run(this::delete)
        .map(deleted -> deleted == size ? BETWEEN_BATCHES : BETWEEN_LOOKS)
        .orElse(UNTIL_ITS_TURN);
  }

  private Optional<Integer> delete(int most) {
    try {
      return gate.pass(DUTY, LIMIT, db -> cleanings.delete(db, UNWORKED_FOR, most));
    } catch (RuntimeException e) {
      if (!RowFaults.mayBe(e)) {
        throw e;
      }
      return gate.pass(
          DUTY, LIMIT, db -> cleanings.deleteEach(db, UNWORKED_FOR, most, this::refused));
    }
  }

  private void refused(String queue, RuntimeException failure) {
    if (refused.add(queue)) {
      LOG.error("queue {}: its row can't be deleted ({})", queue, RowFaults.reason(failure));
    }
  }
}
