package dev.river.model;

import dev.river.job.JobState;
import java.util.Optional;
import java.util.Set;

/**
 * A job to insert.
 *
 * @param when its time
 * @param queue its queue
 * @param priority 1 to 4
 * @param maxAttempts how many attempts may begin
 * @param key what it is unique by; empty if it is not unique
 * @param keyStates the states in which it holds that key
 */
record NewModelJob(
    When when,
    String queue,
    int priority,
    int maxAttempts,
    Optional<String> key,
    Set<JobState> keyStates) {

  /** When a job may be worked. */
  enum When {
    NOW,
    EARLIER,
    LATER,
    PENDING
  }
}
