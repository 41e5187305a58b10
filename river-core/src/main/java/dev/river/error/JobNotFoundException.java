package dev.river.error;

/** There is no job of a number: it never was, or it has been deleted. */
public final class JobNotFoundException extends RiverException {
  private static final long serialVersionUID = 1L;

  private final long id;

  /**
   * Creates it.
   *
   * @param id the number that was asked for
   */
  public JobNotFoundException(long id) {
    super("there is no job %s".formatted(id), null);
    this.id = id;
  }

  /** {@return the number that was asked for} */
  public long id() {
    return id;
  }
}
