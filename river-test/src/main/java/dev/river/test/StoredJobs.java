package dev.river.test;

import dev.river.error.DatabaseException;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.job.JobRow;
import dev.river.query.JobPage;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The jobs that are to be seen somewhere: in a transaction, or by a client. It comes from {@link
 * RiverAssertions#jobs}, reads the database anew at each call, and holds the assertions of {@link
 * RiverAssertions}, for tests that look in one place several times.
 *
 * <pre>{@code
 * StoredJobs jobs = RiverAssertions.jobs(tx);
 * jobs.requireNotInserted(WelcomeArgs.class);
 * service.register(tx, "bob@example.com");
 * jobs.requireInserted(WelcomeArgs.class);
 * }</pre>
 *
 * <p>A failed assertion is an {@link AssertionError}. Every method throws {@link DatabaseException}
 * if the database refuses the statement or can't be reached. Thread-safe as far as its connection
 * is.
 */
public final class StoredJobs {
  private final JobSource source;
  private final Place place;

  StoredJobs(JobSource source, Place place) {
    this.source = place.hinting(source);
    this.place = place;
  }

  /** {@return all jobs there are now, by number, which is the order of their insertion} */
  public List<JobRow> all() {
    return List.copyOf(source.all());
  }

  /**
   * {@return the jobs of a class there are now, by number}
   *
   * @param <T> the class of their arguments
   * @param argsClass the class of their arguments
   * @throws AssertionError if the arguments of one don't fit the class
   * @throws IllegalArgumentException if {@link JobArgs#kindOf} refuses the class
   */
  public <T extends JobArgs> List<Job<T>> ofKind(Class<T> argsClass) {
    ExpectedJob<T> any = ExpectedJob.of(argsClass);
    return source.ofKinds(any.kind()).stream().map(row -> typed(row, any, "jobs")).toList();
  }

  /**
   * Requires that exactly one job of a class exists, in whatever state.
   *
   * @param <T> the class of its arguments
   * @param argsClass the class of its arguments
   * @return that job
   * @throws AssertionError if there is none or more than one, or if its arguments don't fit the
   *     class
   * @throws IllegalArgumentException if {@link JobArgs#kindOf} refuses the class
   */
  public <T extends JobArgs> Job<T> requireInserted(Class<T> argsClass) {
    return requireInserted(ExpectedJob.of(argsClass));
  }

  /**
   * Requires that exactly one job of a kind exists, and that it is as expected.
   *
   * @param <T> the class of its arguments
   * @param expected what the job must be
   * @return that job
   * @throws AssertionError if there is none of the kind or more than one, or if the one differs; it
   *     names everything that does
   */
  public <T extends JobArgs> Job<T> requireInserted(ExpectedJob<T> expected) {
    List<JobRow> found = source.ofKinds(expected.kind());
    if (found.size() != 1) {
      throw failure(
          "expected one job of %s, got %s"
              .formatted(
                  expected, found.isEmpty() ? "none: " + whatElse() : Descriptions.ofJobs(found)));
    }
    return typed(found.getFirst(), expected, "one job");
  }

  /**
   * Requires that exactly one job exists that has all that is described. Jobs of the kind that
   * differ in anything may exist, as they do in a database that several tests share, so describe
   * what only this test inserts: its arguments, or its metadata.
   *
   * @param <T> the class of its arguments
   * @param expected what the job must be
   * @return that job
   * @throws AssertionError if there is none or more than one, or if the arguments of the one can't
   *     be read; it says how the jobs of the kind differ
   */
  public <T extends JobArgs> Job<T> requireOneMatching(ExpectedJob<T> expected) {
    List<JobRow> ofKind = source.ofKinds(expected.kind());
    List<JobRow> found = matching(ofKind, expected);
    if (found.isEmpty()) {
      throw failure(
          "expected one job among others of %s, got none%s"
              .formatted(
                  expected,
                  ofKind.isEmpty() ? ": " + whatElse() : JobMatch.differences(ofKind, expected)));
    }
    if (found.size() > 1) {
      throw failure(
          "expected one job among others of %s, got %s"
              .formatted(expected, Descriptions.ofJobs(found)));
    }
    return typed(found.getFirst(), expected, "one job");
  }

  /**
   * Requires that of the kinds that are named, exactly the expected jobs exist, and that they were
   * inserted in this order. Jobs of other kinds don't matter.
   *
   * @param expected what the jobs must be, at least one
   * @return these jobs, in this order
   * @throws AssertionError if there are more or fewer, or if one differs from what is expected at
   *     its place
   * @throws IllegalArgumentException if nothing is expected
   */
  public List<Job<?>> requireManyInserted(ExpectedJob<?>... expected) {
    if (expected.length == 0) {
      throw new IllegalArgumentException(
          "requireManyInserted needs at least one expected job, whose kind says where to look");
    }
    String[] kinds = Stream.of(expected).map(ExpectedJob::kind).distinct().toArray(String[]::new);
    List<JobRow> found = source.ofKinds(kinds);
    JobSequence jobs = new JobSequence(List.of(expected), found);
    return jobs.jobs()
        .orElseThrow(
            () ->
                failure(
                    found.isEmpty() && source.firstPage().jobs().isEmpty()
                        ? jobs.failure() + "\n" + whatElse()
                        : jobs.failure(),
                    jobs.cause()));
  }

  /**
   * Requires that no job of a class exists, in whatever state.
   *
   * @param argsClass the class of its arguments
   * @throws AssertionError if there is one
   * @throws IllegalArgumentException if {@link JobArgs#kindOf} refuses the class
   */
  public void requireNotInserted(Class<? extends JobArgs> argsClass) {
    requireNotInserted(ExpectedJob.of(argsClass));
  }

  /**
   * Requires that no job exists that has all that is described. Jobs of the kind that differ in
   * anything may exist.
   *
   * @param unexpected what no job may be
   * @throws AssertionError if there is such a job
   */
  public void requireNotInserted(ExpectedJob<?> unexpected) {
    List<JobRow> found = matching(source.ofKinds(unexpected.kind()), unexpected);
    if (!found.isEmpty()) {
      throw failure(
          "expected no job of %s, got %s".formatted(unexpected, Descriptions.ofJobs(found)));
    }
  }

  /** {@return which jobs there are where there is none of a kind} */
  private String whatElse() {
    JobPage first = source.firstPage();
    return Descriptions.ofKinds(first) + (first.jobs().isEmpty() ? place.hint() : "");
  }

  private static List<JobRow> matching(List<JobRow> rows, ExpectedJob<?> expected) {
    Predicate<JobRow> fits = row -> new JobMatch<>(row, expected).fits();
    return rows.stream().filter(fits).toList();
  }

  private <T extends JobArgs> Job<T> typed(JobRow row, ExpectedJob<T> expected, String what) {
    JobMatch<T> match = new JobMatch<>(row, expected);
    return match.job().orElseThrow(() -> failure(match.failure(what), match.cause()));
  }

  private AssertionError failure(String message) {
    return failure(message, null);
  }

  private AssertionError failure(String message, @Nullable Throwable cause) {
    return new AssertionError(place.prefix() + message, cause);
  }

  /** {@return that there are none, and where else they may be} */
  String noneAtAll() {
    return "there are none" + place.hint();
  }

  /** {@return where they are, in words} */
  @Override
  public String toString() {
    return "jobs" + place.words();
  }
}
