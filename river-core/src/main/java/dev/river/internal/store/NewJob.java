package dev.river.internal.store;

import dev.river.job.UniqueKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A job that is ready to be stored: every option resolved, every value checked.
 *
 * @param kind its kind
 * @param encodedArgs its arguments, a JSON object
 * @param queue its queue
 * @param priority 1 to 4
 * @param maxAttempts how many attempts may begin
 * @param scheduledAt when it may be worked; empty for at once
 * @param pending whether it is set aside
 * @param tags its labels
 * @param metadata a JSON object
 * @param uniqueness what it claims if it is unique
 */
public record NewJob(
    String kind,
    String encodedArgs,
    String queue,
    int priority,
    int maxAttempts,
    Optional<Instant> scheduledAt,
    boolean pending,
    List<String> tags,
    String metadata,
    Optional<Uniqueness> uniqueness) {

  /** {@return what tells the job from other unique ones; empty if it is not unique} */
  public Optional<UniqueKey> uniqueKey() {
    return uniqueness.map(Uniqueness::key);
  }

  /**
   * {@return the same job with other metadata}
   *
   * @param other a JSON object
   */
  public NewJob withMetadata(String other) {
    return new NewJob(
        kind,
        encodedArgs,
        queue,
        priority,
        maxAttempts,
        scheduledAt,
        pending,
        tags,
        other,
        uniqueness);
  }

  /** {@return the same job, but not unique, and set aside} */
  public NewJob aside() {
    return new NewJob(
        kind,
        encodedArgs,
        queue,
        priority,
        maxAttempts,
        scheduledAt,
        true,
        tags,
        metadata,
        Optional.empty());
  }

  /** {@return the job, without its arguments and metadata} */
  @Override
  public String toString() {
    return "NewJob[kind=%s, queue=%s, priority=%s, maxAttempts=%s, scheduledAt=%s, pending=%s]"
        .formatted(kind, queue, priority, maxAttempts, scheduledAt, pending);
  }

  /**
   * {@return whether the job can be worked at once, as far as its inserter can tell} The database's
   * clock decides.
   *
   * @param now the inserter's clock
   */
  public boolean isDueAt(Instant now) {
    return !pending && scheduledAt.map(at -> !at.isAfter(now)).orElse(true);
  }
}
