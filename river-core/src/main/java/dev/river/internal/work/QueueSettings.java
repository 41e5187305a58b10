package dev.river.internal.work;

import java.time.Duration;

/**
 * How a client works a queue.
 *
 * @param name the queue
 * @param maxWorkers how many of its jobs may run at once
 * @param pollInterval how long it rests at most between two looks at the queue
 */
public record QueueSettings(String name, int maxWorkers, Duration pollInterval) {}
