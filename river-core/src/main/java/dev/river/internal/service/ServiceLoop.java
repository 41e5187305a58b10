package dev.river.internal.service;

import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a pass again and again on one thread. A pass that fails is logged and tried again after a
 * rest; it never ends the loop. Stopping waits for the pass that runs and never interrupts it: an
 * interruption would cost a connection.
 */
public final class ServiceLoop implements Service {
  /** What a service does each time. */
  @FunctionalInterface
  public interface Pass {

    /** {@return how long the loop may rest now, unless it is woken; zero or less for not at all} */
    Duration run();
  }

  private static final Logger LOG = LoggerFactory.getLogger(ServiceLoop.class);
  private static final Duration FIRST_REST = Duration.ofMillis(100);
  private static final Duration LONGEST_REST = Duration.ofSeconds(2);

  private final String name;
  private final ThreadFactory newThread;
  private final Pass pass;
  private final Signal wakeUp = new Signal();
  private final ReentrantLock lifecycle = new ReentrantLock();
  private @Nullable Run current; // guarded by lifecycle

  /**
   * Creates a loop that does not run yet.
   *
   * @param clientId the client whose thread it has
   * @param part the part of the client, by which its thread and its log lines are named
   * @param pass what it does
   */
  public ServiceLoop(String clientId, String part, Pass pass) {
    this.name = OwnThreads.name(clientId, part);
    this.newThread = OwnThreads.platformFactory(clientId, part);
    this.pass = pass;
  }

  @Override
  public void start() {
    lifecycle.lock();
    try {
      if (current == null) {
        Run run = new Run();
        run.thread.start();
        current = run; // not before, because for want of memory a thread may not start
      }
    } finally {
      lifecycle.unlock();
    }
  }

  @Override
  public void stop() {
    lifecycle.lock();
    try {
      if (current != null) {
        current.close();
        Uninterruptibly.join(current.thread);
        current = null;
      }
    } finally {
      lifecycle.unlock();
    }
  }

  /**
   * Ends the present rest, or the next one if a pass runs. The rest after a failure is kept,
   * because wake-ups come often, and then a database that is down would be asked as often.
   */
  public void wake() {
    wakeUp.give();
  }

  /** One run from start to stop. */
  private final class Run {
    final Thread thread = newThread.newThread(this::loop);
    private volatile boolean closing;
    private final Signal endOfPause = new Signal();
    private final Backoff backoff = new Backoff(FIRST_REST, LONGEST_REST);
    private final RepeatedFailures failures = new RepeatedFailures(LOG, name);

    /** Ends when the service is stopped, and by nothing that happens in a pass. */
    private void loop() {
      while (!closing) {
        try {
          passAndRest();
        } catch (Throwable e) { // code of a user's has interrupted the rest, or the log has failed
          LockSupport.parkNanos(FIRST_REST.toNanos());
        }
      }
    }

    private Duration pass() {
      try {
        return pass.run();
      } finally {
        Thread.interrupted(); // by code of a user's that the pass has called
      }
    }

    private void passAndRest() throws InterruptedException {
      Duration rest;
      try {
        rest = pass();
        backoff.reset();
      } catch (Throwable e) { // whatever code of a user's has thrown
        Duration pause = backoff.next();
        failures.failed(e, pause);
        endOfPause.await(pause);
        return;
      }
      if (rest.isPositive()) {
        wakeUp.await(rest);
      }
    }

    private void close() {
      closing = true;
      wakeUp.give();
      endOfPause.give();
    }
  }
}
