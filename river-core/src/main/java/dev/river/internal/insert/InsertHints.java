package dev.river.internal.insert;

import dev.river.error.DatabaseException;
import dev.river.internal.service.Service;
import dev.river.internal.service.ServiceLoop;
import dev.river.internal.store.Database;
import dev.river.internal.store.Notifications;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which inserts carry a notification. PostgreSQL lets transactions that notify commit one
 * after the other, so at most one insert per queue and window does. Those that come later in the
 * window are made up for by a single notification when it ends.
 *
 * <p>That last one doubles as the answer to a transaction that took its turn and then rolled back.
 * A transaction that commits after the window has ended is found by the producers, which keep
 * looking for a while after each notification, and by their regular poll in any case.
 */
public final class InsertHints implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(InsertHints.class);

  /** Long enough that notifying costs inserters nothing, short enough not to be noticed. */
  private static final Duration WINDOW = Duration.ofMillis(10);

  private static final Duration UNTIL_WOKEN = Duration.ofHours(1);

  private final Database callers;
  private final Database database;
  private final Notifications notifications;
  private final ServiceLoop loop;
  private final ReentrantLock lock = new ReentrantLock();

  /** When the window of a queue ends, by the nano clock; guarded by lock. */
  private final Map<String, Long> windowEnds = new HashMap<>();

  /** The queues that a notification is held back for; guarded by lock. */
  private final Set<String> owed = new HashSet<>();

  private volatile boolean stopped;

  /**
   * Creates it. Its thread starts with the first notification that is held back.
   *
   * @param clientId names its thread
   * @param callers where held back notifications are sent; the thread that stops it may be in a
   *     transaction whose connection it hands out
   * @param notifications how they are sent
   */
  public InsertHints(String clientId, Database callers, Notifications notifications) {
    this.callers = callers;
    this.database = callers.onOwnThreads();
    this.notifications = notifications;
    this.loop = new ServiceLoop(clientId, "hints", this::settle);
  }

  /**
   * {@return whether an insert is to carry a notification} If not, one follows at the end of the
   * window.
   *
   * @param queue the queue of the job
   */
  public boolean announceNow(String queue) {
    boolean owedAnew;
    lock.lock();
    try {
      long now = System.nanoTime();
      Long windowEnd = windowEnds.get(queue);
      if (windowEnd == null || now - windowEnd >= 0) {
        windowEnds.put(queue, now + WINDOW.toNanos());
        return true;
      }
      owedAnew = owed.add(queue);
    } finally {
      lock.unlock();
    }
    if (owedAnew) {
      settleLater();
    }
    return false;
  }

  /** Not under the lock: a loop that is being stopped waits for a pass, which takes the lock. */
  private void settleLater() {
    loop.start();
    loop.wake();
    if (stopped) {
      stop(); // while an insert was on its way; it must not leave a thread behind
    }
  }

  @Override
  public void start() {
    stopped = false; // announceNow() starts the loop when there is something to do
  }

  /** Sends what is owed, and stops. */
  @Override
  public void stop() {
    stopped = true;
    loop.stop();
    try {
      announce(callers, takeOwed(queue -> true));
    } catch (DatabaseException e) {
      LOG.warn("some producers will find new jobs only by polling", e);
    }
  }

  private Duration settle() {
    long now = System.nanoTime();
    announce(database, takeOwed(queue -> now - windowEnds.getOrDefault(queue, now) >= 0));
    return untilNextWindowEnd();
  }

  /** A notification begins a new window, as one that goes with an insert does. */
  private List<String> takeOwed(Predicate<String> due) {
    lock.lock();
    try {
      List<String> queues = owed.stream().filter(due).toList();
      queues.forEach(owed::remove);
      queues.forEach(queue -> windowEnds.put(queue, System.nanoTime() + WINDOW.toNanos()));
      return queues;
    } finally {
      lock.unlock();
    }
  }

  private void announce(Database where, List<String> queues) {
    if (!queues.isEmpty()) {
      where.run(db -> notifications.announce(db, queues));
    }
  }

  private Duration untilNextWindowEnd() {
    lock.lock();
    try {
      long now = System.nanoTime();
      return owed.stream()
          .map(queue -> Duration.ofNanos(Math.max(1, windowEnds.getOrDefault(queue, now) - now)))
          .min(Duration::compareTo)
          .orElse(UNTIL_WOKEN);
    } finally {
      lock.unlock();
    }
  }
}
