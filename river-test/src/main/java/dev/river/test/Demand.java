package dev.river.test;

import dev.river.job.JobRow;
import java.util.Optional;
import java.util.function.Function;

/**
 * Something that is expected of a job.
 *
 * @param field its name
 * @param wanted what it must be
 * @param found what it is of a job
 */
record Demand(String field, Object wanted, Function<JobRow, Object> found) {

  /** {@return how a job differs, if it does} */
  Optional<String> difference(JobRow job) {
    Object actual = found.apply(job);
    return wanted.equals(actual)
        ? Optional.empty()
        : Optional.of(Descriptions.ofDifference(field, wanted, actual));
  }

  /** {@return the name and what is wanted} */
  @Override
  public String toString() {
    return field + " " + wanted;
  }
}
