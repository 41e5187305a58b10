package dev.river.internal.work;

import dev.river.internal.service.UserCode;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.job.JobRow;
import dev.river.work.RetryPolicy;
import dev.river.work.Worker;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

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
    Optional<Duration> own =
        UserCode.call(
            () ->
                worker.nextRetry(job).map(next -> inRange(Duration.between(clock.instant(), next))),
            failure -> {
              warn(
                  failure,
                  "job {}: nextRetry of its worker failed, the client's policy counts",
                  job.id());
              return Optional.empty();
            });
    return own.orElseGet(() -> ofClient(job.row()));
  }

  Duration ofClient(JobRow row) {
    return UserCode.call(
        () -> inRange(policy.delay(row)),
        failure -> {
          warn(failure, "job {}: the client's retry policy failed, River's counts", row.id());
          return RetryPolicy.exponential().delay(row);
        });
  }

  private static void warn(Throwable failure, String message, long jobId) {
    UserCode.log(LOG, Level.WARN, failure, message, jobId);
  }

  private static Duration inRange(Duration delay) {
    if (delay.isNegative()) {
      return Duration.ZERO;
    }
    return delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
  }
}
