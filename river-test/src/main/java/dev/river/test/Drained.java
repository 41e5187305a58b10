package dev.river.test;

import dev.river.event.EventKind;
import dev.river.event.WorkedJob;
import java.util.List;

/**
 * What a {@link JobDrain} did.
 *
 * @param jobs what became of the jobs, in the order in which they were worked; a job that was
 *     worked twice is there twice
 * @param isComplete whether nothing was left to do; false if the bound was reached or a condition
 *     held
 */
public record Drained(List<WorkedJob> jobs, boolean isComplete) {

  /** Makes the list immutable. */
  public Drained {
    jobs = List.copyOf(jobs);
  }

  /**
   * {@return how many attempts ended in a way}
   *
   * @param kind how
   */
  public int count(EventKind kind) {
    return (int) jobs.stream().filter(job -> job.kind() == kind).count();
  }

  /** {@return what the workers of failed attempts threw, in order} */
  public List<Throwable> failures() {
    return jobs.stream().flatMap(job -> job.failure().stream()).toList();
  }
}
