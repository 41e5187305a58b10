package dev.river.work;

import dev.river.job.JobRow;
import java.util.List;

/**
 * What became of the jobs of an {@link InsertCall}, if its transaction commits.
 *
 * @param rows what became of each, in the order of {@link InsertCall#jobs}
 * @param count how many were stored, duplicates left out
 */
public record InsertResult(List<Row> rows, long count) {

  /** Makes the list immutable. */
  public InsertResult {
    rows = List.copyOf(rows);
  }

  /**
   * What became of a job.
   *
   * @param job the new job as it is stored, or the existing one that kept it away
   * @param duplicate whether it was kept away
   */
  public record Row(JobRow job, boolean duplicate) {

    /** {@return the job's number, unique in the database} */
    public long id() {
      return job.id();
    }
  }
}
