package dev.river.internal.store;

import dev.river.job.JobRow;

/**
 * What became of a job that was to be stored.
 *
 * @param row the job, or the existing one that kept it away
 * @param duplicate whether it was kept away
 */
public record StoredJob(JobRow row, boolean duplicate) {}
