package dev.river.internal.store;

import dev.river.job.JobRow;

/**
 * An attempt that ended.
 *
 * @param job the job, as it was claimed for this attempt
 * @param outcome how it ended
 */
public record FinishedAttempt(JobRow job, Outcome outcome) {}
