package dev.river.internal.insert;

import dev.river.internal.store.NewJob;
import dev.river.job.JobInsertParams;

/**
 * A job that is ready to be stored.
 *
 * @param row what is stored
 * @param params the same as extensions see it
 * @param rewritten whether an extension has replaced its arguments
 */
public record PlannedJob(NewJob row, JobInsertParams params, boolean rewritten) {}
