package dev.river.test;

import dev.river.job.Job;
import dev.river.job.JobRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Jobs beside what is expected of them, one by one. */
final class JobSequence {
  /** Each is compared with each other. */
  private static final int MOST_REORDERED = 100;

  private final List<ExpectedJob<?>> expected;
  private final List<JobRow> found;
  private final List<Position> positions;

  JobSequence(List<ExpectedJob<?>> expected, List<JobRow> found) {
    this.expected = expected;
    this.found = found;
    this.positions =
        IntStream.range(0, Math.max(expected.size(), found.size()))
            .mapToObj(i -> new Position(i + 1, at(i, expected), at(i, found)))
            .toList();
  }

  private static <E> @Nullable E at(int index, List<E> list) {
    return index < list.size() ? list.get(index) : null;
  }

  /** {@return the jobs, if each is as expected} */
  Optional<List<Job<?>>> jobs() {
    List<Job<?>> jobs = new ArrayList<>();
    positions.forEach(position -> position.job().ifPresent(jobs::add));
    return jobs.size() == positions.size() ? Optional.of(List.copyOf(jobs)) : Optional.empty();
  }

  /** {@return why the arguments of one can't be read, if they can't} */
  @Nullable Throwable cause() {
    return positions.stream()
        .flatMap(position -> position.match().stream())
        .map(JobMatch::cause)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /** {@return what was expected and what is there, side by side} */
  String failure() {
    List<Position> different = positions.stream().filter(Position::differs).toList();
    List<Position> shown = positions.size() <= Descriptions.MOST_JOBS ? positions : different;
    return "expected exactly %s of %s in this order, got %s; different at %s:"
            .formatted(
                Descriptions.ofCount(expected.size()), kinds(), found.size(), numbers(different))
        + shown.stream()
            .limit(Descriptions.MOST_JOBS)
            .map(Position::toString)
            .collect(Collectors.joining())
        + Descriptions.ofMore(shown.size() - Descriptions.MOST_JOBS)
        + (isReordered(different) ? "\nThese are the expected jobs, but in another order." : "");
  }

  private String kinds() {
    List<String> kinds = expected.stream().map(job -> "\"" + job.kind() + "\"").distinct().toList();
    return (kinds.size() == 1 ? "kind " : "kinds ") + String.join(", ", kinds);
  }

  private static String numbers(List<Position> different) {
    return different.stream()
            .limit(Descriptions.MOST_JOBS)
            .map(position -> String.valueOf(position.number()))
            .collect(Collectors.joining(", "))
        + (different.size() > Descriptions.MOST_JOBS ? ", ..." : "");
  }

  /** Each takes the first job that fits, which may overlook an order where some fit several. */
  private boolean isReordered(List<Position> different) {
    List<JobRow> left = new ArrayList<>();
    different.forEach(position -> position.addRow(left));
    return expected.size() == found.size()
        && different.size() <= MOST_REORDERED
        && different.stream().allMatch(position -> position.takeRow(left));
  }

  /**
   * A place in both lists.
   *
   * @param number counted from 1
   * @param expected what is expected there; null if nothing is
   * @param row what is there; null if nothing is
   */
  private record Position(int number, @Nullable ExpectedJob<?> expected, @Nullable JobRow row) {

    Optional<JobMatch<?>> match() {
      return expected == null || row == null
          ? Optional.empty()
          : Optional.of(new JobMatch<>(row, expected));
    }

    Optional<Job<?>> job() {
      return match().flatMap(JobMatch::job);
    }

    void addRow(List<JobRow> rows) {
      if (row != null) {
        rows.add(row);
      }
    }

    boolean takeRow(List<JobRow> rows) {
      return rows.stream().filter(this::isFor).findFirst().map(rows::remove).orElse(false);
    }

    private boolean isFor(JobRow other) {
      return new Position(number, expected, other).job().isPresent();
    }

    boolean differs() {
      return job().isEmpty();
    }

    /** {@return lines that each begin with a line break} */
    @Override
    public String toString() {
      return "\n  %s. expected %s".formatted(number, expected == null ? "nothing" : expected)
          + "\n     found    %s".formatted(row == null ? "nothing" : Descriptions.of(row))
          + match().map(match -> match.problems("\n       ")).orElse("");
    }
  }
}
