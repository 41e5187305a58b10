package dev.river.examples.shop;

/** Sends mails. */
@FunctionalInterface
public interface Mailer {
  /**
   * Sends one.
   *
   * @param to the address
   * @param subject what it is about
   * @throws IllegalStateException if the server is busy
   */
  void send(String to, String subject);
}
