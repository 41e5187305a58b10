package dev.river.work;

import dev.river.job.JobRow;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/** n to the power of 4 seconds, give or take a tenth. Source: River's default retry policy. */
final class ExponentialRetryPolicy implements RetryPolicy {
  static final ExponentialRetryPolicy INSTANCE =
      new ExponentialRetryPolicy(() -> ThreadLocalRandom.current().nextDouble());

  /** What other clients can hold: 63 bits of nanoseconds. */
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

  private static final double JITTER = 0.1;
  private static final double NANOS_PER_SECOND = 1e9;

  private final DoubleSupplier random;

  /**
   * Creates it.
   *
   * @param random numbers from 0 (inclusive) to 1
   */
  ExponentialRetryPolicy(DoubleSupplier random) {
    this.random = random;
  }

  @Override
  public Duration delay(JobRow job) {
    double seconds = Math.pow(job.errors().size() + 1, 4);
    double jitter = 1 + JITTER * (2 * random.getAsDouble() - 1);
    double nanos = seconds * jitter * NANOS_PER_SECOND;
    return nanos >= Long.MAX_VALUE ? LONGEST : Duration.ofNanos((long) nanos);
  }
}
