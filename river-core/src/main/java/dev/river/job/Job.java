package dev.river.job;

import java.time.Instant;

/**
 * A job whose kind is known. A snapshot, as its row is.
 *
 * @param <T> the class of its arguments
 * @param row everything that is stored of it
 * @param args its arguments
 */
public record Job<T extends JobArgs>(JobRow row, T args) {

  /** {@return its number, unique in the database} */
  public long id() {
    return row.id();
  }

  /** {@return where it is on its way} */
  public JobState state() {
    return row.state();
  }

  /** {@return how many attempts have begun; 1 while the first one runs} */
  public int attempt() {
    return row.attempt();
  }

  /** {@return how many attempts may begin before a failure is final} */
  public int maxAttempts() {
    return row.maxAttempts();
  }

  /** {@return which worker it is for} */
  public String kind() {
    return row.kind();
  }

  /** {@return which queue it waits in} */
  public String queue() {
    return row.queue();
  }

  /** {@return its priority, 1 (worked first) to 4} */
  public int priority() {
    return row.priority();
  }

  /** {@return when it may be worked} */
  public Instant scheduledAt() {
    return row.scheduledAt();
  }

  /** {@return which job it is, and how far it is, without its arguments} */
  @Override
  public String toString() {
    return "Job[id=%s, kind=%s, queue=%s, state=%s, attempt=%s]"
        .formatted(id(), kind(), queue(), state(), attempt());
  }
}
