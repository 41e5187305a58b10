package dev.river.internal.store;

import dev.river.internal.codec.JsonCodec;
import java.util.Optional;

/**
 * The statements that read jobs and operate on them.
 *
 * @param queries read them
 * @param totals count them
 * @param cancellations cancel them
 * @param retries retry them
 * @param deletions delete them
 * @param changes change them
 */
public record JobStatements(
    JobQueries queries,
    JobTotals totals,
    JobCancellations cancellations,
    JobRetries retries,
    JobDeletions deletions,
    JobChanges changes) {

  /** {@return the statements on the tables of a schema; empty to follow the search path} */
  public static JobStatements of(
      JsonCodec codec, Notifications notifications, Optional<String> schema) {
    return new JobStatements(
        new JobQueries(codec),
        new JobTotals(schema),
        new JobCancellations(codec, notifications),
        new JobRetries(codec, notifications),
        new JobDeletions(codec),
        new JobChanges(codec, notifications));
  }
}
