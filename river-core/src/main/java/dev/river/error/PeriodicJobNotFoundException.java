package dev.river.error;

/** There is no periodic job of that id, or the client that is asked does not have it. */
public final class PeriodicJobNotFoundException extends RiverException {
  private static final long serialVersionUID = 1L;

  private final String id;

  /**
   * Creates it.
   *
   * @param where who does not have it
   * @param id the id that was looked for
   */
  public PeriodicJobNotFoundException(String where, String id) {
    super("%s has no periodic job \"%s\"".formatted(where, id), null);
    this.id = id;
  }

  /** {@return the id that was looked for} */
  public String id() {
    return id;
  }
}
