package dev.river.internal.work;

import dev.river.internal.service.Service;
import dev.river.internal.service.ServiceLoop;
import dev.river.internal.store.Database;
import dev.river.internal.store.QueueStore;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Keeps the rows of the queues that a client works: makes those that are missing, says from time to
 * time that they are worked, and looks whether they are paused, all queues with one statement.
 *
 * <p>A row that was deleted is made again as paused as it was, so that no pause is lost with it.
 */
public final class QueueKeeper implements Service {
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);
  private static final Duration BETWEEN_REPORTS = Duration.ofMinutes(10);

  private final Database database;
  private final QueueStore store;
  private final ServiceLoop loop;
  private final ConcurrentMap<String, PauseSwitch> switches = new ConcurrentHashMap<>();

  /** When the row of a queue was last written, in the JVM's nanoseconds; of the loop's thread. */
  private final Map<String, Long> reportedAt = new HashMap<>();

  /**
   * Creates it without queues.
   *
   * @param clientId names its thread
   * @param database where the rows are
   * @param store reads and writes them
   */
  public QueueKeeper(String clientId, Database database, QueueStore store) {
    this.database = database;
    this.store = store;
    this.loop = new ServiceLoop("river-" + clientId + "-queues", this::pass);
  }

  @Override
  public void start() {
    loop.start();
  }

  @Override
  public void stop() {
    loop.stop();
  }

  /** Makes it look at the rows now. */
  void look() {
    loop.wake();
  }

  /** Takes up a queue. */
  void keep(String queue, PauseSwitch pause) {
    switches.put(queue, pause);
    look();
  }

  /** Lets go of a queue; its row stays. */
  void forget(String queue) {
    switches.remove(queue);
  }

  private Duration pass() {
    List<Kept> kept = switches.entrySet().stream().map(Kept::of).toList();
    List<String> names = kept.stream().map(Kept::queue).toList();
    reportedAt.keySet().retainAll(names);
    if (names.isEmpty()) {
      return BETWEEN_LOOKS;
    }
    Map<String, Boolean> rows = database.call(db -> store.paused(db, names));
    kept.forEach(queue -> queue.saw(rows));
    report(rows.keySet());
    List<Kept> missing = kept.stream().filter(queue -> !rows.containsKey(queue.queue())).toList();
    return missing.isEmpty() ? BETWEEN_LOOKS : create(missing);
  }

  private void report(Collection<String> queues) {
    List<String> due = queues.stream().filter(this::isReportDue).toList();
    if (!due.isEmpty()) {
      noteReported(database.call(db -> store.touch(db, due)));
    }
  }

  private Duration create(List<Kept> missing) {
    Map<String, Boolean> rows = new HashMap<>();
    missing.forEach(queue -> rows.put(queue.queue(), queue.pause().state().isPaused()));
    noteReported(database.call(db -> store.create(db, rows)));
    return Duration.ZERO; // what the rows say decides, whoever made them
  }

  private boolean isReportDue(String queue) {
    Long at = reportedAt.get(queue);
    return at == null || System.nanoTime() - at >= BETWEEN_REPORTS.toNanos();
  }

  private void noteReported(Collection<String> queues) {
    long now = System.nanoTime();
    queues.forEach(queue -> reportedAt.put(queue, now));
  }

  /** A queue as it is before its row is read. */
  private record Kept(String queue, PauseSwitch pause, PauseSwitch.State before) {
    static Kept of(Map.Entry<String, PauseSwitch> kept) {
      return new Kept(kept.getKey(), kept.getValue(), kept.getValue().state());
    }

    void saw(Map<String, Boolean> rows) {
      Boolean paused = rows.get(queue);
      if (paused != null) {
        pause.saw(before, paused);
      }
    }
  }
}
