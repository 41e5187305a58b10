package dev.river.internal.work;

import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.job.JobRow;
import dev.river.work.RetryPolicy;
import dev.river.work.Worker;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the worker, then the client's policy, then River's, how long a failed job waits. */
final class RetryDelays {
  private static final Logger LOG = LoggerFactory.getLogger(RetryDelays.class);

  /** As long as a snooze may be. */
  private static final Duration LONGEST = Duration.ofDays(290 * 365L);

  private final RetryPolicy policy;
  private final InstantSource clock;

  RetryDelays(RetryPolicy policy, InstantSource clock) {
    this.policy = policy;
    this.clock = clock;
  }

  <T extends JobArgs> Duration ofWorker(Worker<T> worker, Job<T> job) {
    try {
      return worker
          .nextRetry(job)
          .map(next -> inRange(Duration.between(clock.instant(), next)))
          .orElseGet(() -> ofClient(job.row()));
    } catch (RuntimeException | Error e) {
      LOG.warn("job {}: nextRetry of its worker failed, the client's policy counts", job.id(), e);
      return ofClient(job.row());
    }
  }

  Duration ofClient(JobRow row) {
    try {
      return inRange(policy.delay(row));
    } catch (RuntimeException | Error e) {
      LOG.warn("job {}: the client's retry policy failed, River's counts", row.id(), e);
      return RetryPolicy.exponential().delay(row);
    }
  }

  private static Duration inRange(Duration delay) {
    if (delay.isNegative()) {
      return Duration.ZERO;
    }
    return delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
  }
}
