package dev.river.internal.service;

import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;

/**
 * Makes the threads of a client, all of them. They inherit nothing from the thread that makes them,
 * which may be one that handles a request: no inheritable thread-locals (a user, a tenant, a
 * transaction), no priority, and no context class loader, which may be that of another application.
 *
 * <p>Their context class loader is the one that has loaded this library. That is the application's
 * own, or in a container the nearest one that all its users share; the system's would not find the
 * classes of an application that runs out of a nested jar.
 */
public final class OwnThreads {
  private OwnThreads() {}

  /**
   * {@return a daemon thread of the platform that is not started}
   *
   * @param name its name
   * @param task what it does
   */
  @SuppressWarnings("ThreadPriorityCheck") // the usual one instead of the creator's
  public static Thread platform(String name, Runnable task) {
    return adopted(
        Thread.ofPlatform()
            .name(name)
            .daemon()
            .priority(Thread.NORM_PRIORITY)
            .inheritInheritableThreadLocals(false)
            .unstarted(task));
  }

  /**
   * {@return a virtual thread that is not started}
   *
   * @param name its name
   * @param task what it does
   */
  public static Thread virtual(String name, Runnable task) {
    return adopted(
        Thread.ofVirtual().name(name).inheritInheritableThreadLocals(false).unstarted(task));
  }

  /**
   * Runs a task on a thread of its own and waits for its end, interrupted or not: what must not
   * take part in whatever the calling thread takes part in, such as a transaction of the caller's.
   *
   * @param name the name of the thread
   * @param task what it does; what it throws is thrown here
   */
  public static void runAside(String name, Runnable task) {
    FutureTask<Void> result = new FutureTask<>(task, null);
    Thread thread = platform(name, result);
    thread.start();
    Uninterruptibly.join(thread);
    switch (result.state()) {
      case FAILED -> throw unchecked(result.exceptionNow());
      default -> {}
    }
  }

  private static RuntimeException unchecked(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return failure instanceof RuntimeException e ? e : new IllegalStateException(failure);
  }

  /**
   * {@return what makes threads as {@link #platform} does}
   *
   * @param name the name of each of them
   */
  public static ThreadFactory platformFactory(String name) {
    return task -> platform(name, task);
  }

  private static Thread adopted(Thread thread) {
    thread.setContextClassLoader(OwnThreads.class.getClassLoader());
    return thread;
  }
}
