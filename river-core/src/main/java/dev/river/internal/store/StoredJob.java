package dev.river.internal.store;

import dev.river.job.JobRow;
import dev.river.job.JobState;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/**
 * What became of a job that was to be stored.
 *
 * @param row the job, or the existing one that kept it away
 * @param duplicate whether it was kept away
 */
public record StoredJob(JobRow row, boolean duplicate) {
  /** {@return the queues in which these jobs can be worked at once, in order} */
  public static Set<String> queuesWithWork(Collection<StoredJob> jobs) {
    Set<String> queues = new TreeSet<>();
    for (StoredJob job : jobs) {
      if (!job.duplicate() && job.row().state() == JobState.AVAILABLE) {
        queues.add(job.row().queue());
      }
    }
    return queues;
  }
}
