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

  /**
   * The leader, whoever it is, is asked to step down.
   *
   * @param sender the server process of the session that asks, by which its role can be looked up
   */
  record ResignRequested(int sender) implements LeadershipNews {}
}
