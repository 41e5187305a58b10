package dev.river.internal.maintain;

import dev.river.work.Retention;

/**
 * How a client looks after its fleet.
 *
 * @param advisoryLockPrefix the first key of its advisory locks
 * @param retention how long it keeps jobs that have ended, of queues that don't say
 */
public record UpkeepSettings(int advisoryLockPrefix, Retention retention) {}
