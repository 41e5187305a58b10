package dev.river.internal.service;

import java.util.Iterator;
import java.util.List;

/** Does every one of several steps, whatever the others throw: what ends something ends all. */
public final class Thoroughly {
  private Thoroughly() {}

  /**
   * Does steps one after the other.
   *
   * @param steps the steps; what is thrown first is thrown in the end, and the rest suppressed
   */
  public static void run(Runnable... steps) {
    run(List.of(steps).iterator());
  }

  /**
   * Does steps one after the other because something has failed.
   *
   * @param failure what was thrown; what the steps throw is suppressed by it
   * @param steps the steps
   */
  public static void after(Throwable failure, Runnable... steps) {
    runAfter(failure, List.of(steps).iterator());
  }

  /**
   * Stops services one after the other, as {@link #run} does steps.
   *
   * @param services the services
   */
  public static void stop(List<? extends Service> services) {
    run(services.stream().<Runnable>map(service -> service::stop).iterator());
  }

  private static void run(Iterator<Runnable> steps) {
    while (steps.hasNext()) {
      try {
        steps.next().run();
      } catch (Throwable e) {
        runAfter(e, steps);
        throw e;
      }
    }
  }

  private static void runAfter(Throwable failure, Iterator<Runnable> steps) {
    try {
      run(steps);
    } catch (Throwable e) {
      if (!e.equals(failure)) { // nothing suppresses itself
        failure.addSuppressed(e);
      }
    }
  }
}
