package dev.river.test;

import dev.river.internal.codec.UndecodableArgsException;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.job.JobRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A job beside what is expected of it.
 *
 * @param <T> the class of the expected arguments
 */
final class JobMatch<T extends JobArgs> {
  private final JobRow row;
  private final ExpectedJob<T> expected;
  private final List<String> differences = new ArrayList<>();
  private @Nullable T args;
  private @Nullable UndecodableArgsException unreadable;

  JobMatch(JobRow row, ExpectedJob<T> expected) {
    this.row = row;
    this.expected = expected;
    if (row.kind().equals(expected.kind())) {
      readArgs();
      expected.demands().forEach(demand -> demand.difference(row).ifPresent(differences::add));
    } else {
      differences.add(Descriptions.ofDifference("kind", expected.kind(), row.kind()));
    }
  }

  private void readArgs() {
    try {
      T found = Json.CODEC.decodeArgs(row.encodedArgs(), expected.argsClass());
      expected.args().ifPresent(wanted -> differences.addAll(ArgsCheck.differences(wanted, found)));
      args = found;
    } catch (UndecodableArgsException e) {
      unreadable = e;
    }
  }

  /** {@return whether nothing differs} Arguments that nobody asked for may be unreadable. */
  boolean fits() {
    return differences.isEmpty() && (unreadable == null || expected.args().isEmpty());
  }

  /** {@return the job, if nothing differs and its arguments can be read} */
  Optional<Job<T>> job() {
    return args == null || !fits() ? Optional.empty() : Optional.of(new Job<>(row, args));
  }

  /**
   * {@return why there is no {@link #job}, one line for each reason}
   *
   * @param lineBreak what each line begins with
   */
  String problems(String lineBreak) {
    return Stream.concat(
            Stream.ofNullable(unreadable).map(Throwable::getMessage), differences.stream())
        .map(problem -> lineBreak + "- " + problem)
        .collect(Collectors.joining());
  }

  /**
   * {@return what is to be said if there is no {@link #job}}
   *
   * @param what what was expected, in words
   */
  String failure(String what) {
    return "expected %s of %s, got one that differs:\n  %s%s"
        .formatted(what, expected, Descriptions.of(row), problems("\n    "));
  }

  /** {@return how each of some jobs differs, the newest first, which tests have inserted} */
  static String differences(List<JobRow> rows, ExpectedJob<?> expected) {
    String lines =
        rows.reversed().stream()
            .limit(Descriptions.MOST_JOBS)
            .map(
                row ->
                    "\n  "
                        + Descriptions.of(row)
                        + new JobMatch<>(row, expected).problems("\n    "))
            .collect(Collectors.joining());
    return " of %s:%s%s"
        .formatted(rows.size(), lines, Descriptions.ofMore(rows.size() - Descriptions.MOST_JOBS));
  }

  /** {@return why the arguments can't be read, if they can't} */
  @Nullable Throwable cause() {
    return unreadable;
  }
}
