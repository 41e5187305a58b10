package dev.river.bench.client;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Inserts at a steady rate, whatever becomes of the jobs. A call that takes long does not put off
 * the next ones, as long as there is a thread for them.
 */
final class LoadLoop {
  private static final int THREADS = 8;

  private LoadLoop() {}

  /** {@return when each job was committed, by its number from the first on; 0 if it was not} */
  static long[] run(Load load, InsertLoop.Call call) {
    long[] commits = new long[load.jobs()];
    AtomicInteger next = new AtomicInteger();
    long beganAt = System.nanoTime();
    long deadline = beganAt + load.length().toNanos();
    Threads.run(
        THREADS,
        () -> {
          int index = next.getAndIncrement();
          while (index < load.calls() && System.nanoTime() - deadline < 0) {
            awaitTime(beganAt + index * load.interval().toNanos());
            int offset = index * load.batch();
            call.insert(load.first() + offset, load.batch());
            // threads write to different places, and the caller reads when all have ended
            Arrays.fill(commits, offset, offset + load.batch(), System.nanoTime());
            index = next.getAndIncrement();
          }
        });
    return commits;
  }

  private static void awaitTime(long time) {
    long rest = time - System.nanoTime();
    while (rest > 0) {
      LockSupport.parkNanos(rest);
      rest = time - System.nanoTime();
    }
  }
}
