package dev.river.error;

/** There is no queue of that name. */
public final class QueueNotFoundException extends RiverException {
  private static final long serialVersionUID = 1L;

  private final String queue;

  /**
   * Creates it.
   *
   * @param queue the name that was looked for
   */
  public QueueNotFoundException(String queue) {
    super("there is no queue \"%s\"".formatted(queue), null);
    this.queue = queue;
  }

  /** {@return the name that was looked for} */
  public String queue() {
    return queue;
  }
}
