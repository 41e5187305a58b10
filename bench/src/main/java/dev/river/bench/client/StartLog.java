package dev.river.bench.client;

import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** Notes when jobs begin, cheaply. Safe for use by several threads. */
final class StartLog {
  private final long first;
  private final AtomicLongArray times;
  private final LongAdder count = new LongAdder();
  private final AtomicLong firstTime = new AtomicLong();

  /** Creates it for the jobs of a range; others are only counted. */
  StartLog(long first, int count) {
    this.first = first;
    this.times = new AtomicLongArray(count);
  }

  /** Notes that a job begins. */
  void begins(long number) {
    if (firstTime.getOpaque() == 0) {
      firstTime.compareAndSet(0, System.nanoTime());
    }
    long index = number - first;
    if (index >= 0 && index < times.length()) {
      times.setOpaque((int) index, System.nanoTime());
    }
    count.increment();
  }

  long count() {
    return count.sum();
  }

  OptionalLong firstTime() {
    return present(firstTime.get());
  }

  OptionalLong time(long number) {
    return present(times.getOpaque(Math.toIntExact(number - first)));
  }

  private static OptionalLong present(long time) {
    return time == 0 ? OptionalLong.empty() : OptionalLong.of(time);
  }

  /** {@return the times of the whole range, 0 where there is none} */
  long[] times() {
    long[] copy = new long[times.length()];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = times.getOpaque(i);
    }
    return copy;
  }
}
