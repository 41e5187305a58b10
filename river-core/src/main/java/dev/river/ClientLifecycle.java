package dev.river;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Starts and stops a client's runtime, from any thread, any number of times. */
final class ClientLifecycle {
  static final Duration FOREVER = Duration.ofDays(100_000);

  private final Supplier<ClientRuntime> newRuntime;

  /** Held while a client starts or stops, which may take as long as its jobs run. */
  private final ReentrantLock transition = new ReentrantLock();

  private volatile @Nullable ClientRuntime running; // written under transition

  ClientLifecycle(Supplier<ClientRuntime> newRuntime) {
    this.newRuntime = newRuntime;
  }

  @Nullable ClientRuntime running() {
    return running;
  }

  void start(Runnable check) {
    transition.lock();
    try {
      if (running == null) {
        check.run();
        ClientRuntime runtime = newRuntime.get();
        runtime.start();
        running = runtime;
      }
    } finally {
      transition.unlock();
    }
  }

  /**
   * Stops what runs.
   *
   * @param patience how long attempts may go on before they are interrupted
   * @param bound how long they may take to end after that
   * @return whether every attempt ended
   */
  boolean stop(Duration patience, Duration bound) {
    ClientRuntime stopping = running;
    if (stopping != null && patience.isZero()) {
      stopping.cancelAttempts(); // helps a stop along that another thread is waiting for
    }
    transition.lock();
    try {
      ClientRuntime runtime = running;
      if (runtime == null) {
        return true;
      }
      runtime.stopIntake();
      boolean ended = awaitAttempts(runtime, patience, bound);
      runtime.stopOutput();
      running = null;
      return ended;
    } finally {
      transition.unlock();
    }
  }

  /** An interruption of the waiting thread ends its patience; the thread stays interrupted. */
  private static boolean awaitAttempts(ClientRuntime runtime, Duration patience, Duration bound) {
    boolean interrupted = false;
    try {
      if (runtime.awaitAttempts(patience)) {
        return true;
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    runtime.cancelAttempts();
    try {
      return runtime.awaitAttempts(bound);
    } catch (InterruptedException e) {
      interrupted = true;
      return false;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
