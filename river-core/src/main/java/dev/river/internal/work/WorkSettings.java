package dev.river.internal.work;

import dev.river.job.Names;
import dev.river.work.ErrorHandler;
import dev.river.work.Extension;
import dev.river.work.RegisteredWorker;
import dev.river.work.RetryPolicy;
import dev.river.work.StuckJobHandler;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How a client works its jobs.
 *
 * @param workers its workers by kind
 * @param jobTimeout how long an attempt may run whose worker doesn't say; zero for no limit
 * @param retryPolicy how long a failed job waits whose worker doesn't say
 * @param extensions what lies around every worker, the outermost first
 * @param extensionsOfKinds what lies around the workers of a kind, inside of those, in the order in
 *     which the kinds were first named
 * @param errorHandler is told of failures
 * @param stuckThreshold how long an attempt may go on after it was interrupted
 * @param stuckJobHandler is told of those that do
 * @param clock the present, for workers that name an instant
 */
public record WorkSettings(
    Map<String, RegisteredWorker<?>> workers,
    Duration jobTimeout,
    RetryPolicy retryPolicy,
    List<Extension> extensions,
    Map<String, List<Extension>> extensionsOfKinds,
    ErrorHandler errorHandler,
    Duration stuckThreshold,
    StuckJobHandler stuckJobHandler,
    InstantSource clock) {

  /** {@return what is wrong with it, a sentence each} */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (jobTimeout.isNegative()) {
      problems.add("jobTimeout must not be negative, got: " + jobTimeout);
    }
    if (stuckThreshold.compareTo(Duration.ofMillis(1)) < 0) {
      problems.add(
          "threshold of the stuckJobHandler must be at least 1 ms, got: " + stuckThreshold);
    }
    extensionsOfKinds.keySet().forEach(kind -> checkExtended(kind, problems));
    return problems;
  }

  private void checkExtended(String kind, List<String> problems) {
    if (workers.isEmpty()) {
      try {
        Names.checkKind(kind);
      } catch (IllegalArgumentException e) {
        problems.add("extension: " + e.getMessage());
      }
    } else if (!workers.containsKey(kind)) {
      problems.add(
          "an extension needs a worker of its kind in a client with workers, got: " + kind);
    }
  }

  /** {@return what lies around the worker of a kind, the outermost first} */
  List<Extension> extensionsOf(String kind) {
    List<Extension> inner = extensionsOfKinds.getOrDefault(kind, List.of());
    if (inner.isEmpty()) {
      return extensions;
    }
    List<Extension> all = new ArrayList<>(extensions);
    all.addAll(inner);
    return all;
  }
}
