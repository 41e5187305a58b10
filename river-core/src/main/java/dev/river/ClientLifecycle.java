package dev.river;

import dev.river.internal.service.OwnThreads;
import dev.river.internal.service.Thoroughly;
import dev.river.internal.service.Uninterruptibly;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Starts and stops a client's runtime, from any thread, any number of times. */
final class ClientLifecycle {
  private final String clientId;
  private final LifecycleSettings settings;
  private final Supplier<ClientRuntime> newRuntime;

  /** Held while a client starts or stops, which may take as long as its jobs run. */
  private final ReentrantLock transition = new ReentrantLock();

  private volatile @Nullable PatientStart starting; // written under transition
  private volatile @Nullable Run current; // written under transition

  /** How many threads want to stop the client; as long as there are any, no start waits. */
  private final AtomicInteger stopping = new AtomicInteger();

  /** From a start to the next stop. */
  private record Run(ClientRuntime runtime, Optional<ShutdownHook> hook, CountDownLatch ended) {}

  ClientLifecycle(String clientId, LifecycleSettings settings, Supplier<ClientRuntime> newRuntime) {
    this.clientId = clientId;
    this.settings = settings;
    this.newRuntime = newRuntime;
  }

  @Nullable ClientRuntime running() {
    Run run = current;
    return run == null ? null : run.runtime();
  }

  void start(Runnable check) {
    transition.lock();
    try {
      if (current == null) {
        PatientStart start = new PatientStart(clientId, settings.databasePatience());
        starting = start;
        if (stopping.get() > 0) { // asked after the start can be found
          start.giveUp();
        }
        start.run(check, this::begin);
      }
    } finally {
      starting = null;
      transition.unlock();
    }
  }

  /** Leaves nothing behind that runs if it fails. */
  private void begin() {
    Optional<ShutdownHook> hook = settings.shutdownPatience().map(this::hook);
    ClientRuntime runtime = newRuntime.get();
    Run run = new Run(runtime, hook, new CountDownLatch(1));
    hook.ifPresent(ShutdownHook::register);
    try {
      runtime.start();
      if (settings.keepsJvmAlive()) {
        KeepAlive.until(clientId, run.ended());
      }
    } catch (Throwable e) {
      Thoroughly.after(
          e,
          () -> end(runtime, Duration.ZERO, RiverClient.CLOSE_BOUND),
          () -> hook.ifPresent(ShutdownHook::unregister));
      throw e;
    }
    current = run;
  }

  private ShutdownHook hook(Duration patience) {
    return new ShutdownHook(clientId, () -> stop(patience, RiverClient.CLOSE_BOUND));
  }

  /**
   * Waits until what runs now has stopped.
   *
   * @param limit how long to wait at most
   * @return whether it has; true if nothing runs
   */
  boolean awaitStopped(Duration limit) throws InterruptedException {
    Run run = current;
    return run == null || run.ended().await(nanos(limit), TimeUnit.NANOSECONDS);
  }

  /**
   * Stops what runs, and ends the waiting of what starts.
   *
   * @param patience how long attempts may go on before they are interrupted
   * @param bound how long they may take to end after that
   */
  void stop(Duration patience, Duration bound) {
    stopping.incrementAndGet();
    try {
      giveUpStart();
      if (patience.isZero()) {
        cancelAttempts();
      }
      if (lock(patience, bound)) {
        try {
          stopCurrent(patience, bound);
        } finally {
          transition.unlock();
        }
      }
    } finally {
      stopping.decrementAndGet();
    }
  }

  private void giveUpStart() {
    PatientStart start = starting;
    if (start != null) {
      start.giveUp();
    }
  }

  private void cancelAttempts() {
    ClientRuntime runtime = running();
    if (runtime != null) {
      runtime.cancelAttempts();
    }
  }

  /**
   * Takes the lock, which another thread may hold that stops the client with more patience: this
   * one interrupts the attempts for it when its own patience is over.
   *
   * @return false if that one still holds it when the attempts had time to end
   */
  private boolean lock(Duration patience, Duration bound) {
    try {
      if (transition.tryLock() || transition.tryLock(nanos(patience), TimeUnit.NANOSECONDS)) {
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    cancelAttempts();
    if (Uninterruptibly.tryLock(transition, bound)) {
      return true;
    }
    if (starting != null) {
      transition.lock(); // a start ends by itself, and must not come after the end of a stop
      return true;
    }
    return false;
  }

  private void stopCurrent(Duration patience, Duration bound) {
    Run run = current;
    if (run != null) {
      try {
        end(run.runtime(), patience, bound);
      } finally {
        run.hook().ifPresent(ShutdownHook::unregister);
        current = null;
        run.ended().countDown();
      }
    }
  }

  private void end(ClientRuntime runtime, Duration patience, Duration bound) {
    Thoroughly.run(
        () -> aside(runtime::stopIntake),
        () -> awaitAttempts(runtime, patience, bound),
        () -> aside(runtime::stopOutput));
  }

  /** The calling thread may be in a transaction, whose connection the data source would give. */
  private void aside(Runnable part) {
    OwnThreads.runAside(clientId, "stop", part);
  }

  /** An interruption of the waiting thread ends its patience; the thread stays interrupted. */
  private static void awaitAttempts(ClientRuntime runtime, Duration patience, Duration bound) {
    boolean interrupted = false;
    try {
      if (runtime.awaitAttempts(patience)) {
        return;
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    runtime.cancelAttempts();
    try {
      runtime.awaitAttempts(bound);
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static long nanos(Duration time) {
    return TimeUnit.NANOSECONDS.convert(time); // 292 years at most
  }
}
