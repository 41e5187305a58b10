package dev.river.job;

/**
 * What became of an insert.
 *
 * <p>The arguments of a duplicate are those of the existing job. Where these can't be read as
 * {@code T}, because an older release or, without regard to the kind, another class wrote them, or
 * where an extension has rewritten them, they are the arguments that were to be inserted; {@code
 * job().row()} is the existing job's in any case.
 *
 * @param <T> the class of its arguments
 * @param job the job as it is stored: the new one, or the existing one that kept it away
 * @param duplicate whether nothing was stored, because a job with the same unique key exists
 */
public record Inserted<T extends JobArgs>(Job<T> job, boolean duplicate) {

  /** {@return the job's number, unique in the database} */
  public long id() {
    return job.id();
  }
}
