package dev.river.internal.service;

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
