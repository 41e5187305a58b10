package dev.river.work;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a client works a queue. Immutable. */
public final class QueueConfig {
  private static final int MAX_MAX_WORKERS = 10_000;
  private static final Duration SHORTEST_POLL_INTERVAL = Duration.ofMillis(1);

  private final int maxWorkers;
  private final @Nullable Duration pollInterval;
  private final @Nullable Retention retention;
  private final boolean platformThreads;

  private QueueConfig(Builder builder) {
    this.maxWorkers = builder.maxWorkers;
    this.pollInterval = builder.pollInterval;
    this.retention = builder.retention;
    this.platformThreads = builder.platformThreads;
  }

  /** {@return a builder whose every setting has its default} */
  public static Builder builder() {
    return new Builder();
  }

  /** {@return how many jobs of the queue run at once in a client} */
  public int maxWorkers() {
    return maxWorkers;
  }

  /**
   * {@return how long the queue rests at most between two looks for work that nobody announced}
   * Empty if the client's interval counts.
   */
  public Optional<Duration> pollInterval() {
    return Optional.ofNullable(pollInterval);
  }

  /** {@return how long jobs of the queue are kept that have ended; empty if it doesn't say} */
  public Optional<Retention> retention() {
    return Optional.ofNullable(retention);
  }

  /** {@return whether jobs of the queue run on platform threads instead of virtual ones} */
  public boolean platformThreads() {
    return platformThreads;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof QueueConfig that
        && maxWorkers == that.maxWorkers
        && Objects.equals(pollInterval, that.pollInterval)
        && Objects.equals(retention, that.retention)
        && platformThreads == that.platformThreads;
  }

  @Override
  public int hashCode() {
    return Objects.hash(maxWorkers, pollInterval, retention, platformThreads);
  }

  @Override
  public String toString() {
    return "QueueConfig[maxWorkers=%s, pollInterval=%s, retention=%s%s]"
        .formatted(
            maxWorkers,
            pollInterval == null ? "the client's" : pollInterval,
            retention == null ? "the leader's" : retention,
            platformThreads ? ", platformThreads" : "");
  }

  /** Collects the settings of a queue. Not safe for use by several threads. */
  public static final class Builder {
    private int maxWorkers = 100;
    private @Nullable Duration pollInterval;
    private @Nullable Retention retention;
    private boolean platformThreads;

    private Builder() {}

    /**
     * Sets how many jobs of the queue run at once in a client. Default: 100.
     *
     * @param maxWorkers 1 to 10,000
     * @return this builder
     */
    public Builder maxWorkers(int maxWorkers) {
      this.maxWorkers = maxWorkers;
      return this;
    }

    /**
     * Sets how long the queue rests at most between two looks for work that nobody announced.
     * Default: what the client's builder says.
     *
     * @param pollInterval at least a millisecond
     * @return this builder
     */
    public Builder pollInterval(Duration pollInterval) {
      this.pollInterval = Objects.requireNonNull(pollInterval, "pollInterval");
      return this;
    }

    /**
     * Sets how long jobs of the queue are kept that have ended, whichever client does the deleting.
     * All clients that work the queue should agree: what the last of them says is kept with the
     * queue, and counts until a client works the queue that says something else or nothing. With
     * zero for completed jobs, the client deletes each by the statement that would have completed
     * it, which is faster than to keep it; only what {@code completeTx} completes, and what is
     * worked by {@code RiverClient.inline()}, is deleted later. Default: what the builder of the
     * client says that leads.
     *
     * @param retention how long
     * @return this builder
     */
    public Builder retention(Retention retention) {
      this.retention = Objects.requireNonNull(retention, "retention");
      return this;
    }

    /**
     * Runs jobs of the queue on platform threads, for kinds that compute for long: each running job
     * has a thread of its own, so there are {@link #maxWorkers} at most. Default: virtual threads,
     * of which only as many run at the same time as there are processors. They give way to each
     * other when they wait, but are never preempted: as many jobs as processors that compute
     * without a pause stop all queues of the process, and a timeout doesn't help, because it
     * interrupts a thread that doesn't look. A client logs a warning when claimed jobs can't begin
     * for that reason.
     *
     * <p>Each job gets a new thread, a daemon, so that no thread-local goes from one job to the
     * next. Set {@code maxWorkers} to about the number of processors.
     *
     * @return this builder
     */
    public Builder platformThreads() {
      this.platformThreads = true;
      return this;
    }

    /**
     * {@return the settings}
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public QueueConfig build() {
      if (maxWorkers < 1 || maxWorkers > MAX_MAX_WORKERS) {
        throw new IllegalArgumentException(
            "maxWorkers must be 1 to %s, got: %s".formatted(MAX_MAX_WORKERS, maxWorkers));
      }
      if (pollInterval != null && pollInterval.compareTo(SHORTEST_POLL_INTERVAL) < 0) {
        throw new IllegalArgumentException(
            "pollInterval must be at least 1 ms, got: " + pollInterval);
      }
      return new QueueConfig(this);
    }
  }
}
