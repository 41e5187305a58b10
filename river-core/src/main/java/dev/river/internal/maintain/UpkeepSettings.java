package dev.river.internal.maintain;

import dev.river.work.Retention;
import java.time.Duration;

/**
 * How a client looks after its fleet.
 *
 * @param advisoryLockPrefix the first key of its advisory locks
 * @param retention how long it keeps jobs that have ended, of queues that don't say
 * @param reindex how it rebuilds indexes
 * @param longTransaction how long a transaction may hold vacuum back before it is told of
 */
public record UpkeepSettings(
    int advisoryLockPrefix,
    Retention retention,
    ReindexSettings reindex,
    Duration longTransaction) {}
