package dev.river.bench.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs the same on several threads. */
final class Threads {
  private Threads() {}

  /** Runs an action on so many threads, and waits for all; on the caller's own if it is one. */
  static void run(int threads, Failures.Action action) {
    if (threads == 1) {
      Failures.unchecked(action);
      return;
    }
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> futures = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        futures.add(executor.submit(() -> Failures.unchecked(action)));
      }
      futures.forEach(Threads::await);
    }
  }

  private static void await(Future<?> future) {
    Failures.unchecked(
        () -> {
          try {
            future.get();
          } catch (ExecutionException e) {
            throw new IllegalStateException("a thread that inserts has failed", e.getCause());
          }
        });
  }
}
