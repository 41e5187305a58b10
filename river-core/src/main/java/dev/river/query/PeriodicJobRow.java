package dev.river.query;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A periodic job with an id as it is stored. A snapshot: it does not follow the database.
 *
 * @param id its id
 * @param schedule the text of the schedule that its next run was planned by
 * @param nextRunAt when it is due next; empty if its schedule has no time any more. A paused job
 *     does not run then.
 * @param lastRunAt when the last run was due that has a job; empty if there was none
 * @param lastJobId the job of that run, which may be deleted by now; empty if there was none
 * @param pausedAt since when it is paused; empty if it is not
 */
public record PeriodicJobRow(
    String id,
    String schedule,
    Optional<Instant> nextRunAt,
    Optional<Instant> lastRunAt,
    OptionalLong lastJobId,
    Optional<Instant> pausedAt) {

  /** {@return whether no client inserts jobs of it} */
  public boolean isPaused() {
    return pausedAt.isPresent();
  }
}
