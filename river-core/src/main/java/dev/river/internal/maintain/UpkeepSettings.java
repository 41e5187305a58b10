package dev.river.internal.maintain;

import dev.river.periodic.PeriodicJob;
import java.util.List;

/**
 * How a client looks after its fleet.
 *
 * @param advisoryLockPrefix the first key of its advisory locks
 * @param periodicJobs the periodic jobs that it has at first
 */
public record UpkeepSettings(int advisoryLockPrefix, List<PeriodicJob> periodicJobs) {}
