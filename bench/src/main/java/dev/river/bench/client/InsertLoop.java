package dev.river.bench.client;

import java.util.concurrent.atomic.AtomicLong;

/** Inserts as fast as possible. */
final class InsertLoop {
  private InsertLoop() {}

  /** A call of a framework that inserts. */
  @FunctionalInterface
  interface Call {
    /** Inserts the jobs with the numbers from the first on. */
    void insert(long first, int count) throws Exception;
  }

  /**
   * Shares calls among threads.
   *
   * @param insertion what is to be inserted
   * @param batch how many jobs go with a call
   * @param call inserts them
   */
  static Inserted run(Insertion insertion, int batch, Call call) {
    AtomicLong next = new AtomicLong(insertion.first());
    AtomicLong done = new AtomicLong();
    long end = insertion.first() + insertion.count();
    long beganAt = System.nanoTime();
    long deadline = beganAt + insertion.limit().toNanos();
    Threads.run(
        insertion.threads(),
        () -> {
          long first = next.getAndAdd(batch);
          while (first < end && System.nanoTime() - deadline < 0) {
            int count = (int) Math.min(batch, end - first);
            call.insert(first, count);
            done.addAndGet(count);
            first = next.getAndAdd(batch);
          }
        });
    return new Inserted(done.get(), beganAt, System.nanoTime());
  }
}
