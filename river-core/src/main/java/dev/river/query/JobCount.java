package dev.river.query;

/**
 * How many jobs there are.
 *
 * @param jobs the number
 * @param exact whether they were counted; else the number is an estimate
 */
public record JobCount(long jobs, boolean exact) {

  /** {@return the number of these and others} It is exact if both are. */
  JobCount plus(JobCount others) {
    return new JobCount(jobs + others.jobs, exact && others.exact);
  }
}
