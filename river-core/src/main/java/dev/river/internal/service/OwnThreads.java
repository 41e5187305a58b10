package dev.river.internal.service;

import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

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
  private static final ThreadLocal<@Nullable String> CLIENT = new ThreadLocal<>();

  private OwnThreads() {}

  /**
   * {@return the name of a thread of a client}
   *
   * @param clientId the client
   * @param part the part of it that the thread belongs to
   */
  public static String name(String clientId, String part) {
    return "river-%s-%s".formatted(clientId, part);
  }

  /**
   * {@return whether the calling thread belongs to a part of a client} Its name tells nothing: ids
   * may begin alike, and anybody may name a thread so. Those that run attempts are not among them.
   *
   * @param clientId the client
   */
  public static boolean isOf(String clientId) {
    return clientId.equals(CLIENT.get());
  }

  private static Runnable of(String clientId, Runnable task) {
    return () -> {
      CLIENT.set(clientId);
      task.run();
    };
  }

  /**
   * {@return a daemon thread of the platform that belongs to a part of a client and is not started}
   *
   * @param clientId the client
   * @param part the part
   * @param task what it does
   */
  public static Thread platform(String clientId, String part, Runnable task) {
    return platform(name(clientId, part), of(clientId, task));
  }

  /**
   * {@return a virtual thread that belongs to a part of a client and is not started}
   *
   * @param clientId the client
   * @param part the part
   * @param task what it does
   */
  public static Thread virtual(String clientId, String part, Runnable task) {
    return virtual(name(clientId, part), of(clientId, task));
  }

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
   * @param clientId the client that the thread belongs to
   * @param part the part of it
   * @param task what it does; what it throws is thrown here
   */
  public static void runAside(String clientId, String part, Runnable task) {
    FutureTask<Void> result = new FutureTask<>(task, null);
    Thread thread = platform(clientId, part, result);
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
   * {@return what makes threads as {@link #platform(String, String, Runnable)} does}
   *
   * @param clientId the client that each of them belongs to
   * @param part the part of it
   */
  public static ThreadFactory platformFactory(String clientId, String part) {
    return task -> platform(clientId, part, task);
  }

  private static Thread adopted(Thread thread) {
    thread.setContextClassLoader(OwnThreads.class.getClassLoader());
    return thread;
  }
}
