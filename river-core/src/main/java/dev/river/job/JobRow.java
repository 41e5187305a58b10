package dev.river.job;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A job as it is stored, whatever its kind. A snapshot: it does not follow the database.
 *
 * @param id its number, unique in the database
 * @param state where it is on its way
 * @param attempt how many attempts have begun
 * @param maxAttempts how many may begin before a failure is final
 * @param priority 1 (worked first) to 4
 * @param kind which worker it is for
 * @param queue which queue it waits in
 * @param tags labels that its inserter gave it
 * @param encodedArgs its arguments, a JSON object
 * @param metadata what clients, workers and users keep with it, a JSON object
 * @param errors how its failed attempts ended, the oldest first. In the row that a worker is given
 *     their number is always right, but of errors that take more than about 8 kB together only the
 *     newest is read; the earlier ones have a substitute with attempt 0. {@code jobs().get(id)}
 *     reads all of them.
 * @param attemptedBy the clients that began its newest 100 attempts, the oldest first
 * @param createdAt when it was inserted
 * @param scheduledAt when it may be worked
 * @param attemptedAt when its newest attempt began
 * @param finalizedAt when it ended
 * @param uniqueKey what tells it from other unique jobs; empty if it is not unique
 * @param uniqueStates the states in which it keeps other jobs of its key away; none if it is not
 *     unique
 */
public record JobRow(
    long id,
    JobState state,
    int attempt,
    int maxAttempts,
    int priority,
    String kind,
    String queue,
    List<String> tags,
    String encodedArgs,
    String metadata,
    List<AttemptError> errors,
    List<String> attemptedBy,
    Instant createdAt,
    Instant scheduledAt,
    Optional<Instant> attemptedAt,
    Optional<Instant> finalizedAt,
    Optional<UniqueKey> uniqueKey,
    Set<JobState> uniqueStates) {

  /** Makes the collections immutable. */
  public JobRow {
    tags = List.copyOf(tags);
    errors = List.copyOf(errors);
    attemptedBy = List.copyOf(attemptedBy);
    uniqueStates = Set.copyOf(uniqueStates);
  }

  /**
   * {@return the same job with other arguments}
   *
   * @param encodedArgs the arguments, a JSON object
   */
  public JobRow withEncodedArgs(String encodedArgs) {
    return new JobRow(
        id,
        state,
        attempt,
        maxAttempts,
        priority,
        kind,
        queue,
        tags,
        encodedArgs,
        metadata,
        errors,
        attemptedBy,
        createdAt,
        scheduledAt,
        attemptedAt,
        finalizedAt,
        uniqueKey,
        uniqueStates);
  }

  /** {@return which job it is, and how far it is; what is stored with it may be secret} */
  @Override
  public String toString() {
    return "JobRow[id=%s, kind=%s, queue=%s, state=%s, attempt=%s]"
        .formatted(id, kind, queue, state, attempt);
  }
}
