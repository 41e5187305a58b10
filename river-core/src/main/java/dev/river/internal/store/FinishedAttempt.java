package dev.river.internal.store;

import dev.river.job.JobRow;
import java.util.Optional;

/**
 * An attempt that ended.
 *
 * @param job the job, as it was claimed for this attempt
 * @param outcome how it ended
 * @param metadata what is merged into the job's metadata, a JSON object
 * @param kept whether the job is kept if it is completed; otherwise it is deleted then
 */
public record FinishedAttempt(
    JobRow job, Outcome outcome, Optional<String> metadata, boolean kept) {

  /** How much there is to store, in the order in which it is stored. */
  enum Extent {
    /** Anything; first, because one of these rows may be refused. */
    ALL,
    /** Nothing but that the job is completed. */
    COMPLETION,
    /** The job is completed and not kept. */
    DELETION
  }

  /** Creates one that leaves the metadata as it is, and keeps the job. */
  public FinishedAttempt(JobRow job, Outcome outcome) {
    this(job, outcome, Optional.empty(), true);
  }

  /** {@return the job and its outcome, without the metadata} */
  @Override
  public String toString() {
    return "FinishedAttempt[job=%s, outcome=%s, kept=%s]".formatted(job, outcome, kept);
  }

  Extent extent() {
    if (!(outcome instanceof Outcome.Completed)) {
      return Extent.ALL;
    }
    if (!kept) {
      return Extent.DELETION;
    }
    return metadata.isEmpty() ? Extent.COMPLETION : Extent.ALL;
  }
}
