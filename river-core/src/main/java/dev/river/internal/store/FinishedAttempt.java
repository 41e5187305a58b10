package dev.river.internal.store;

import dev.river.job.JobRow;
import java.util.Optional;

/**
 * An attempt that ended.
 *
 * @param job the job, as it was claimed for this attempt
 * @param outcome how it ended
 * @param metadata what is merged into the job's metadata, a JSON object
 */
public record FinishedAttempt(JobRow job, Outcome outcome, Optional<String> metadata) {

  /** {@return whether its job is completed, and nothing else is to be stored} */
  boolean isNothingButCompleted() {
    return outcome instanceof Outcome.Completed && metadata.isEmpty();
  }

  /** Creates one that leaves the metadata as it is. */
  public FinishedAttempt(JobRow job, Outcome outcome) {
    this(job, outcome, Optional.empty());
  }
}
