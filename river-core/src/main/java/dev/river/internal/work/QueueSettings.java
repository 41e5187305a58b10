package dev.river.internal.work;

import dev.river.work.QueueConfig;
import dev.river.work.Retention;
import java.time.Duration;
import java.util.Optional;

/**
 * How a client works a queue.
 *
 * @param name the queue
 * @param maxWorkers how many of its jobs may run at once
 * @param pollInterval how long it rests at most between two looks at the queue
 * @param retention how long jobs of it are kept that have ended; empty if the leader decides
 * @param platformThreads whether its jobs run on platform threads instead of virtual ones
 */
public record QueueSettings(
    String name,
    int maxWorkers,
    Duration pollInterval,
    Optional<Retention> retention,
    boolean platformThreads) {

  /** {@return whether its jobs are kept once they are completed, for however short a time} */
  boolean keepsCompleted() {
    return !retention.flatMap(Retention::completed).equals(Optional.of(Duration.ZERO));
  }

  /**
   * {@return the settings that a user gave}
   *
   * @param name the queue
   * @param config how to work it
   * @param pollInterval the poll interval of the client
   */
  public static QueueSettings of(String name, QueueConfig config, Duration pollInterval) {
    return new QueueSettings(
        name,
        config.maxWorkers(),
        config.pollInterval().orElse(pollInterval),
        config.retention(),
        config.platformThreads());
  }
}
