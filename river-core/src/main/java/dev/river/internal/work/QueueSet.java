package dev.river.internal.work;

import dev.river.error.QueueNotFoundException;
import dev.river.work.QueueConfig;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The queues that a client works, from one start to the next. Thread-safe: what is added or removed
 * while the client starts or stops takes effect either at once or with the next start, and is never
 * forgotten.
 */
public final class QueueSet {

  /** What works queues while the client runs. */
  interface Runner {

    /** Begins to work a queue. Must not block. */
    void begin(QueueSettings queue);

    /**
     * Ends working a queue.
     *
     * @return whether none of its jobs runs any more; false if the time was too short
     */
    boolean end(String queue, Duration limit) throws InterruptedException;
  }

  private final Duration pollInterval;
  private final boolean insertOnly;
  private final ReentrantLock lock = new ReentrantLock(); // never held while waiting for jobs
  private final Map<String, QueueSettings> queues = new LinkedHashMap<>(); // guarded by lock

  /**
   * Those that are being removed, which some of their jobs may outlast, and how many calls wait for
   * that; guarded by lock.
   */
  private final Map<String, Integer> leaving = new HashMap<>();

  private Optional<Runner> runner = Optional.empty(); // guarded by lock

  /**
   * Creates it.
   *
   * @param queues what is worked at first; none if the client only inserts, which it stays then
   * @param pollInterval the poll interval of queues that don't say
   */
  public QueueSet(Collection<QueueSettings> queues, Duration pollInterval) {
    this.pollInterval = pollInterval;
    this.insertOnly = queues.isEmpty();
    queues.forEach(queue -> this.queues.put(queue.name(), queue));
  }

  /** {@return the names of the queues, in the order in which they came} */
  public List<String> names() {
    lock.lock();
    try {
      return List.copyOf(queues.keySet());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Adds a queue.
   *
   * @param name a valid name
   * @param config how to work it
   * @throws IllegalArgumentException if it is there already, or is still being removed
   * @throws IllegalStateException if the client only inserts
   */
  public void add(String name, QueueConfig config) {
    checkWorks();
    QueueSettings queue = QueueSettings.of(name, config, pollInterval);
    lock.lock();
    try {
      if (leaving.containsKey(name)) {
        throw new IllegalArgumentException(
            "a queue must not be added while it is being removed, got: \"%s\"".formatted(name));
      }
      if (queues.putIfAbsent(name, queue) != null) {
        throw new IllegalArgumentException(
            "a queue must be added once, and the client works this one: \"%s\"".formatted(name));
      }
      begin(queue);
    } finally {
      lock.unlock();
    }
  }

  private void begin(QueueSettings queue) {
    try {
      runner.ifPresent(running -> running.begin(queue));
    } catch (Throwable e) { // for want of memory or threads
      queues.remove(queue.name());
      throw e;
    }
  }

  /**
   * Removes a queue: claims none of its jobs any more, and waits for those that run.
   *
   * @param name the queue
   * @param limit how long to wait at most
   * @return whether none of its jobs runs any more; if not, the queue is being removed still
   * @throws QueueNotFoundException if it is not there
   * @throws IllegalStateException if the client only inserts
   * @throws InterruptedException if the waiting thread is interrupted; the queue is being removed
   *     still
   */
  public boolean remove(String name, Duration limit) throws InterruptedException {
    checkWorks();
    Optional<Runner> running = beginRemoval(name);
    boolean ended = false;
    try {
      ended = running.isEmpty() || running.get().end(name, limit);
      return ended;
    } finally {
      endRemoval(name, ended);
    }
  }

  private Optional<Runner> beginRemoval(String name) {
    lock.lock();
    try {
      if (queues.remove(name) == null && !leaving.containsKey(name)) {
        throw new QueueNotFoundException(name);
      }
      leaving.merge(name, 1, Integer::sum);
      return runner;
    } finally {
      lock.unlock();
    }
  }

  /** As long as a call waits, the queue can't be added: that call would end the new one. */
  private void endRemoval(String name, boolean ended) {
    lock.lock();
    try {
      int others = leaving.merge(name, -1, Integer::sum);
      if (ended && others == 0) {
        leaving.remove(name);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Has the queues worked, and those that come. */
  void attach(Runner starting) {
    lock.lock();
    try {
      runner = Optional.of(starting);
      queues.values().forEach(starting::begin);
    } finally {
      lock.unlock();
    }
  }

  /** Leaves those that come to the next that is attached. */
  void detach() {
    lock.lock();
    try {
      runner = Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private void checkWorks() {
    if (insertOnly) {
      throw new IllegalStateException(
          "a client without queues only inserts: name a first one with queue(name, maxWorkers) on"
              + " its builder");
    }
  }
}
