package dev.river.internal.work;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The queue before a lane of the completer, bounded by count and by bytes. Thread-safe. */
final class WaitingOutcomes {
  /** When so many outcomes wait, attempts keep their slots until there is room. */
  private static final int CAPACITY = 2 * OutcomeLimits.LARGEST_COUNT;

  private static final long BYTES = 4 * OutcomeLimits.LARGEST_BYTES;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private final Queue<Waiting> queue = new ArrayDeque<>(); // guarded by lock
  private long bytes; // guarded by lock

  private record Waiting(EndedAttempt ended, long bytes) {}

  /** Adds an outcome; waits while there is no room. An interruption does not lose it. */
  void put(EndedAttempt ended) {
    Waiting waiting = new Waiting(ended, ended.bytes());
    lock.lock();
    try {
      while (!queue.isEmpty() && (queue.size() >= CAPACITY || bytes + waiting.bytes() > BYTES)) {
        room.awaitUninterruptibly();
      }
      queue.add(waiting);
      bytes += waiting.bytes();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Moves the first ones to a batch until it is as large as a statement can be, so that no more
   * than that is kept of what the database refuses.
   */
  void fill(List<EndedAttempt> batch) {
    long left = OutcomeLimits.LARGEST_BYTES - batch.stream().mapToLong(EndedAttempt::bytes).sum();
    lock.lock();
    try {
      while (!queue.isEmpty() && left > 0 && batch.size() < OutcomeLimits.LARGEST_COUNT) {
        Waiting first = queue.remove();
        bytes -= first.bytes();
        left -= first.bytes();
        batch.add(first.ended());
      }
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
