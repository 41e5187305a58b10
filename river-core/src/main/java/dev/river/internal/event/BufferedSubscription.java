package dev.river.internal.event;

import dev.river.event.Event;
import dev.river.event.EventKind;
import dev.river.event.Subscription;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A subscription with its buffer. */
final class BufferedSubscription implements Subscription {
  private static final Logger LOG = LoggerFactory.getLogger(BufferedSubscription.class);

  private final Set<EventKind> kinds;
  private final int bufferSize;
  private final Consumer<BufferedSubscription> onClose;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Event> buffer = new ArrayDeque<>(); // guarded by lock
  private long dropped; // guarded by lock
  private long reportAt = 1; // guarded by lock
  private boolean closed; // guarded by lock

  BufferedSubscription(
      Set<EventKind> kinds, int bufferSize, Consumer<BufferedSubscription> onClose) {
    this.kinds = EnumSet.copyOf(kinds);
    this.bufferSize = bufferSize;
    this.onClose = onClose;
  }

  void offer(Event event) {
    if (!kinds.contains(event.kind())) {
      return;
    }
    lock.lock();
    try {
      if (closed) {
        return;
      }
      if (buffer.size() < bufferSize) {
        buffer.add(event);
        changed.signal();
      } else {
        countDropped();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Reported at 1, 10, 100, ... so that a subscriber that is lost for good does not flood the log.
   */
  private void countDropped() {
    dropped++;
    if (dropped == reportAt) {
      reportAt *= 10;
      LOG.warn(
          "a subscriber is too slow: its buffer of {} is full, {} dropped", bufferSize, dropped);
    }
  }

  @Override
  public Event take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (buffer.isEmpty()) {
        if (closed) {
          throw new IllegalStateException("the subscription is closed");
        }
        changed.await();
      }
      return buffer.remove();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Optional<Event> poll(Duration limit) throws InterruptedException {
    long nanos = TimeUnit.NANOSECONDS.convert(limit);
    lock.lockInterruptibly();
    try {
      while (buffer.isEmpty() && !closed && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
      return Optional.ofNullable(buffer.poll());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long dropped() {
    lock.lock();
    try {
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    onClose.accept(this);
  }
}
