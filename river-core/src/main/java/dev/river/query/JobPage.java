package dev.river.query;

import dev.river.job.JobRow;
import java.util.List;
import java.util.Optional;

/**
 * Some jobs of a list.
 *
 * @param jobs the jobs, in the query's order; immutable
 * @param next where the next page begins; empty if this is the last one
 */
public record JobPage(List<JobRow> jobs, Optional<JobCursor> next) {

  /** Makes the list immutable. */
  public JobPage {
    jobs = List.copyOf(jobs);
  }
}
