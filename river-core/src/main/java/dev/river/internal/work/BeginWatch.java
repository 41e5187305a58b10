package dev.river.internal.work;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns when claimed jobs don't begin: virtual threads are not preempted, so as many jobs as there
 * are processors that compute without a pause keep all others from running. Owned by one thread,
 * which must not be a virtual one.
 */
final class BeginWatch {
  private static final Logger LOG = LoggerFactory.getLogger(BeginWatch.class);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
  private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);

  /** After a longer gap between two looks the whole process was held up, not only its jobs. */
  private static final Duration LONGEST_GAP = Duration.ofSeconds(3);

  private static final int MOST_KINDS = 5;

  private final String clientId;
  private final LongSupplier nanos;

  /** Since when attempts wait, in the JVM's nanoseconds. */
  private final Map<Attempt, Long> waiting = new HashMap<>();

  private long lastLook;
  private long lastWarning;
  private boolean hasWarned;

  /**
   * Creates it.
   *
   * @param clientId the client that is named in the log
   */
  BeginWatch(String clientId) {
    this(clientId, System::nanoTime);
  }

  BeginWatch(String clientId, LongSupplier nanos) {
    this.clientId = clientId;
    this.nanos = nanos;
    this.lastLook = nanos.getAsLong();
  }

  /** Looks at the attempts of this moment. */
  void look(List<Attempt> attempts) {
    long now = nanos.getAsLong();
    if (now - lastLook > LONGEST_GAP.toNanos()) {
      waiting.clear();
    }
    lastLook = now;
    Set<Attempt> present =
        attempts.stream().filter(Attempt::waitsForCarrier).collect(Collectors.toSet());
    waiting.keySet().retainAll(present);
    present.forEach(attempt -> waiting.putIfAbsent(attempt, now));
    List<Attempt> late = late(now);
    if (!late.isEmpty() && mayWarn(now)) {
      warn(late.size(), attempts);
    }
  }

  private List<Attempt> late(long now) {
    return waiting.entrySet().stream()
        .filter(entry -> now - entry.getValue() >= LONGEST_WAIT.toNanos())
        .map(Map.Entry::getKey)
        .toList();
  }

  private boolean mayWarn(long now) {
    if (hasWarned && now - lastWarning < BETWEEN_WARNINGS.toNanos()) {
      return false;
    }
    hasWarned = true;
    lastWarning = now;
    return true;
  }

  private void warn(int late, List<Attempt> attempts) {
    List<Attempt> running = attempts.stream().filter(Attempt::runsOnVirtualThread).toList();
    LOG.warn(
        "client {}: {} claimed jobs have not begun for {} s, while {} jobs run on virtual threads"
            + " (kinds {}) and there are {} processors: jobs that compute without a pause keep all"
            + " others from running. Work their kinds in a queue of their own, with"
            + " QueueConfig.builder().platformThreads()",
        clientId,
        late,
        LONGEST_WAIT.toSeconds(),
        running.size(),
        kindsOf(running),
        Runtime.getRuntime().availableProcessors());
  }

  private static List<String> kindsOf(List<Attempt> running) {
    return running.stream()
        .map(attempt -> attempt.row().kind())
        .distinct()
        .limit(MOST_KINDS)
        .toList();
  }
}
