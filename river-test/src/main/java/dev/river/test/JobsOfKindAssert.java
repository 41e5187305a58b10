package dev.river.test;

import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.job.JobRow;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * Assertions about jobs of one kind, by number: all that AssertJ has for a list, and steps that
 * leave jobs out. It comes from {@link JobsAssert#ofKind}.
 *
 * @param <T> the class of their arguments
 */
public final class JobsOfKindAssert<T extends JobArgs>
    extends AbstractJobsAssert<JobsOfKindAssert<T>, Job<T>> {

  JobsOfKindAssert(List<? extends Job<T>> jobs) {
    super(jobs, self());
  }

  @SuppressWarnings("unchecked") // there is one class for all T
  private static <T extends JobArgs> Class<JobsOfKindAssert<T>> self() {
    return (Class<JobsOfKindAssert<T>>) (Class<?>) JobsOfKindAssert.class;
  }

  @Override
  JobRow row(Job<T> job) {
    return job.row();
  }

  @Override
  protected JobsOfKindAssert<T> newAbstractIterableAssert(Iterable<? extends Job<T>> jobs) {
    return new JobsOfKindAssert<>(StreamSupport.stream(jobs.spliterator(), false).toList());
  }
}
