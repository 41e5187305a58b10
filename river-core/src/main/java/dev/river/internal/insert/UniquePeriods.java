package dev.river.internal.insert;

import dev.river.job.JobState;
import dev.river.job.UniqueOpts;
import dev.river.work.Retention;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns, once for each kind, of unique jobs whose period is longer than the time for which they are
 * kept: once the first one is deleted, nothing keeps a duplicate away. Thread-safe.
 */
public final class UniquePeriods {
  private static final Logger LOG = LoggerFactory.getLogger(UniquePeriods.class);

  private final Retention ofClient;
  private final Map<String, Optional<Retention>> ofQueues;
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  /**
   * Creates it.
   *
   * @param ofClient how long jobs are kept if their queue doesn't say
   * @param ofQueues the queues that the client works, and what they say
   */
  public UniquePeriods(Retention ofClient, Map<String, Optional<Retention>> ofQueues) {
    this.ofClient = ofClient;
    this.ofQueues = Map.copyOf(ofQueues);
  }

  /** Looks at the options of a job that is to be inserted. */
  void check(String kind, String queue, UniqueOpts unique) {
    if (unique.byPeriod().isPresent() && !told.contains(kind)) {
      Duration period = unique.byPeriod().get();
      retentionOf(queue).ifPresent(retention -> check(kind, period, retention, unique.states()));
    }
  }

  /** Of a queue that other clients work the defaults say nothing: they may say something else. */
  private Optional<Retention> retentionOf(String queue) {
    Optional<Retention> own = ofQueues.get(queue);
    if (own == null) {
      return Optional.of(ofClient).filter(retention -> !retention.equals(Retention.defaults()));
    }
    return own.or(() -> Optional.of(ofClient));
  }

  private void check(String kind, Duration period, Retention retention, Set<JobState> states) {
    for (JobState state : states) {
      Optional<Duration> kept = kept(state, retention);
      if (kept.isPresent() && kept.get().compareTo(period) < 0 && told.add(kind)) {
        LOG.warn(
            "kind {}: its jobs are unique for a period of {}, but {} ones are deleted after {}, and"
                + " then a duplicate can be inserted. Keep them as long, with retention(...) of the"
                + " client or the queue, or choose a shorter period",
            kind,
            period,
            state.name().toLowerCase(Locale.ROOT),
            kept.get());
      }
    }
  }

  private static Optional<Duration> kept(JobState state, Retention retention) {
    return switch (state) {
      case COMPLETED -> retention.completed();
      case CANCELLED -> retention.cancelled();
      case DISCARDED -> retention.discarded();
      case AVAILABLE, PENDING, RETRYABLE, RUNNING, SCHEDULED -> Optional.empty();
    };
  }
}
