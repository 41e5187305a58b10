package dev.river.internal.maintain;

import dev.river.periodic.PeriodicJob;
import dev.river.work.Retention;
import java.time.Duration;
import java.util.List;

/**
 * How a client looks after its fleet.
 *
 * @param advisoryLockPrefix the first key of its advisory locks
 * @param rescueStuckJobsAfter how long a job of a client without heartbeats may run
 * @param maxRescues with how many rescues a job is given up
 * @param retention how long jobs are kept that have ended, where their queue doesn't say
 * @param reindex how it rebuilds indexes
 * @param longTransaction how long a transaction may hold vacuum back before it is told of
 * @param periodicJobs the periodic jobs that it has at first
 */
public record UpkeepSettings(
    int advisoryLockPrefix,
    Duration rescueStuckJobsAfter,
    int maxRescues,
    Retention retention,
    ReindexSettings reindex,
    Duration longTransaction,
    List<PeriodicJob> periodicJobs) {}
