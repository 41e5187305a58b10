package dev.river.query;

import java.time.Instant;
import java.util.Optional;

/**
 * A queue as it is stored. A snapshot: it does not follow the database.
 *
 * @param name its name
 * @param createdAt when it was first worked or paused
 * @param updatedAt when a client last said that it works the queue, or someone changed it
 * @param pausedAt since when it is paused; empty if it is not
 * @param metadata what clients and users keep with it, a JSON object
 */
public record Queue(
    String name,
    Instant createdAt,
    Instant updatedAt,
    Optional<Instant> pausedAt,
    String metadata) {

  /** {@return whether no client claims jobs of it} */
  public boolean isPaused() {
    return pausedAt.isPresent();
  }

  /** {@return the queue, without its metadata} */
  @Override
  public String toString() {
    return "Queue[name=%s, createdAt=%s, updatedAt=%s, pausedAt=%s]"
        .formatted(name, createdAt, updatedAt, pausedAt);
  }
}
