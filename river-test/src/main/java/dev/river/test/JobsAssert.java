package dev.river.test;

import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.job.JobRow;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * AssertJ's assertions about stored jobs, by number. This class and {@link JobsOfKindAssert} need
 * AssertJ (artifact {@code org.assertj:assertj-core}), which the test must bring along.
 *
 * <pre>{@code
 * import static dev.river.test.JobsAssert.assertThat;
 * import static dev.river.test.RiverAssertions.jobs;
 *
 * assertThat(jobs(tx)).ofKind(SortArgs.class).hasSize(2)
 *     .anySatisfy(job -> assertEquals(List.of("whale"), job.args().strings()));
 *
 * assertThat(jobs(client)).inQueue("mail").inState(JobState.SCHEDULED)
 *     .ofKind(MailArgs.class).extracting(job -> job.args().to()).containsExactly("bob", "eve");
 * }</pre>
 *
 * <p>It stands beside AssertJ's own {@code Assertions.assertThat}; both can be imported. Jobs are
 * read once, by {@link #assertThat}, and all that follows is about this snapshot. Messages say by
 * which steps jobs were left out, and if none is left, which the last of them were.
 */
public final class JobsAssert extends AbstractJobsAssert<JobsAssert, JobRow> {

  private JobsAssert(List<? extends JobRow> jobs) {
    super(jobs, JobsAssert.class);
  }

  /**
   * Reads the jobs and begins assertions about them.
   *
   * @param jobs where the jobs are, from {@link RiverAssertions#jobs}
   * @return assertions about all of them
   */
  public static JobsAssert assertThat(StoredJobs jobs) {
    JobsAssert all = new JobsAssert(jobs.all());
    return all.as(() -> jobs + (all.actual.isEmpty() ? " (%s)".formatted(jobs.noneAtAll()) : ""));
  }

  /**
   * Leaves out the jobs of other kinds.
   *
   * @param <T> the class of their arguments
   * @param argsClass the class of their arguments
   * @return assertions about the others, with their arguments
   * @throws AssertionError if the arguments of one don't fit the class
   * @throws IllegalArgumentException if {@link JobArgs#kindOf} refuses the class
   */
  public <T extends JobArgs> JobsOfKindAssert<T> ofKind(Class<T> argsClass) {
    return matching(ExpectedJob.of(argsClass));
  }

  /**
   * Leaves out the jobs that are not as described.
   *
   * <pre>{@code
   * assertThat(jobs(tx)).matching(ExpectedJob.of(new MailArgs("bob"))).isNotEmpty();
   * }</pre>
   *
   * @param <T> the class of their arguments
   * @param expected what the jobs must be
   * @return assertions about the others, with their arguments
   * @throws AssertionError if the arguments of one don't fit the class, and are not described
   */
  public <T extends JobArgs> JobsOfKindAssert<T> matching(ExpectedJob<T> expected) {
    List<Job<T>> jobs =
        actual.stream()
            .map(row -> new JobMatch<>(row, expected))
            .filter(JobMatch::fits)
            .map(this::job)
            .toList();
    return new JobsOfKindAssert<>(jobs)
        .describedAfter(this, "of " + expected, insteadOf(expected.kind()));
  }

  private <T extends JobArgs> Job<T> job(JobMatch<T> match) {
    return match
        .job()
        .orElseThrow(
            () -> {
              AssertionError failure = failure("%s", match.failure("jobs"));
              failure.initCause(match.cause());
              return failure;
            });
  }

  private String insteadOf(String kind) {
    List<JobRow> ofKind =
        actual.stream().<JobRow>map(row -> row).filter(row -> row.kind().equals(kind)).toList();
    return ofKind.isEmpty()
        ? Descriptions.ofKinds(actual)
        : "none of " + Descriptions.ofJobs(ofKind);
  }

  @Override
  JobRow row(JobRow job) {
    return job;
  }

  @Override
  protected JobsAssert newAbstractIterableAssert(Iterable<? extends JobRow> jobs) {
    return new JobsAssert(StreamSupport.stream(jobs.spliterator(), false).toList());
  }
}
