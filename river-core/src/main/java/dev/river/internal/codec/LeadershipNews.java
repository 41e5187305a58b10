package dev.river.internal.codec;

/**
 * What clients tell each other about who leads, in the form that River clients of all languages
 * read.
 */
public sealed interface LeadershipNews {

  /**
   * A leader has stepped down.
   *
   * @param clientId who it was
   */
  record Resigned(String clientId) implements LeadershipNews {}

  /** The leader, whoever it is, is asked to step down. */
  record ResignRequested() implements LeadershipNews {}
}
