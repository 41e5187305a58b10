package dev.river.error;

/** A job is being worked, so it can be neither deleted nor changed. Cancel it, or wait. */
public final class JobRunningException extends RiverException {
  private static final long serialVersionUID = 1L;

  private final long id;

  /**
   * Creates it.
   *
   * @param id the job
   */
  public JobRunningException(long id) {
    super("job %s is running; cancel it, or wait until it has ended".formatted(id), null);
    this.id = id;
  }

  /** {@return the job's number} */
  public long id() {
    return id;
  }
}
