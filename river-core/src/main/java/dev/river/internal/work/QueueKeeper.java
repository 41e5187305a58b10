package dev.river.internal.work;

import dev.river.error.DatabaseException;
import dev.river.internal.codec.RetentionJson;
import dev.river.internal.service.Service;
import dev.river.internal.service.ServiceLoop;
import dev.river.internal.store.Database;
import dev.river.internal.store.Halving;
import dev.river.internal.store.QueueStore;
import dev.river.internal.store.QueueStore.Worked;
import dev.river.internal.store.RowFaults;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the rows of the queues that a client works: makes those that are missing, says from time to
 * time that they are worked and how long their jobs are kept, and looks whether they are paused,
 * all queues with one statement.
 *
 * <p>A row that was deleted is made again as paused as it was, so that no pause is lost with it.
 */
public final class QueueKeeper implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(QueueKeeper.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);
  private static final Duration LIMIT_OF_CREATION = Duration.ofSeconds(9);
  private static final Duration BETWEEN_REPORTS = Duration.ofMinutes(10);

  private final Database database;
  private final QueueStore store;
  private final ServiceLoop loop;
  private final ConcurrentMap<String, Watched> queues = new ConcurrentHashMap<>();

  /**
   * Queues whose rows the database has refused to write, which was logged; of the loop's thread.
   */
  private final Set<String> refused = new HashSet<>();

  /** What the row of a queue was last told; of the loop's thread. */
  private final Map<String, Report> reports = new HashMap<>();

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
    this.loop = new ServiceLoop(clientId, "queues", this::pass);
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
  void keep(QueueSettings queue, PauseSwitch pause) {
    queues.put(queue.name(), new Watched(pause, queue.retention().map(RetentionJson::encode)));
    look();
  }

  /** Lets go of a queue; its row stays. */
  void forget(String queue) {
    queues.remove(queue);
  }

  private Duration pass() {
    List<Kept> kept = queues.entrySet().stream().map(Kept::of).toList();
    List<String> names = kept.stream().map(Kept::queue).toList();
    reports.keySet().retainAll(names);
    if (names.isEmpty()) {
      return BETWEEN_LOOKS;
    }
    Map<String, Boolean> rows = database.call(db -> store.paused(db, names));
    kept.forEach(queue -> queue.saw(rows));
    report(kept.stream().filter(queue -> rows.containsKey(queue.queue())).toList());
    List<Kept> missing = kept.stream().filter(queue -> !rows.containsKey(queue.queue())).toList();
    return missing.isEmpty() ? BETWEEN_LOOKS : create(missing);
  }

  private void report(List<Kept> kept) {
    List<Worked> due = kept.stream().filter(this::isReportDue).map(Kept::worked).toList();
    if (!due.isEmpty()) {
      noteReported(due, database.call(db -> each(db, due, store::touch)));
    }
  }

  private Duration create(List<Kept> missing) {
    List<Worked> worked = missing.stream().map(Kept::worked).toList();
    boolean all = created(worked) || createdOneByOne(worked);
    return all && refused.stream().noneMatch(isOneOf(missing))
        ? Duration.ZERO // what the rows say decides, whoever made them
        : BETWEEN_LOOKS;
  }

  private boolean createdOneByOne(List<Worked> worked) {
    boolean all = true;
    for (Worked queue : worked) {
      all &= created(List.of(queue));
    }
    return all;
  }

  /** {@return whether no transaction that makes one of the rows kept it from that} */
  private boolean created(List<Worked> worked) {
    try {
      noteReported(
          worked, database.callBriefly(LIMIT_OF_CREATION, db -> each(db, worked, store::create)));
      return true;
    } catch (DatabaseException e) {
      if (!Refusal.isByLock(e)) {
        throw e;
      }
      LOG.debug("other transactions make rows of queues", e);
      return false;
    }
  }

  private static Predicate<String> isOneOf(List<Kept> queues) {
    return queues.stream().map(Kept::queue).toList()::contains;
  }

  /** A row that the database refuses doesn't keep the others from being written. */
  private Set<String> each(
      DSLContext db,
      List<Worked> queues,
      BiFunction<DSLContext, List<Worked>, Set<String>> statement) {
    return Set.copyOf(
        Halving.run(db, queues, some -> List.copyOf(statement.apply(db, some)), this::refused));
  }

  private void refused(Worked queue, RuntimeException failure) {
    if (refused.add(queue.name())) {
      LOG.error("queue {}: its row can't be written ({})", queue.name(), RowFaults.reason(failure));
    }
  }

  private boolean isReportDue(Kept queue) {
    Report last = reports.get(queue.queue());
    return last == null
        || System.nanoTime() - last.at() >= BETWEEN_REPORTS.toNanos()
        || !last.retention().equals(queue.watched().retention());
  }

  private void noteReported(List<Worked> worked, Set<String> written) {
    long now = System.nanoTime();
    worked.stream()
        .filter(queue -> written.contains(queue.name()))
        .forEach(queue -> reports.put(queue.name(), new Report(now, queue.retention())));
  }

  /** What is known of a queue, and its retention as JSON. */
  private record Watched(PauseSwitch pause, Optional<String> retention) {}

  /** What a row was told, and when, in the JVM's nanoseconds. */
  private record Report(long at, Optional<String> retention) {}

  /** A queue as it is before its row is read. */
  private record Kept(String queue, Watched watched, PauseSwitch.State before) {
    static Kept of(Map.Entry<String, Watched> kept) {
      return new Kept(kept.getKey(), kept.getValue(), kept.getValue().pause().state());
    }

    void saw(Map<String, Boolean> rows) {
      Boolean paused = rows.get(queue);
      if (paused != null) {
        watched.pause().saw(before, paused);
      }
    }

    Worked worked() {
      return new Worked(queue, watched.pause().state().isPaused(), watched.retention());
    }
  }
}
