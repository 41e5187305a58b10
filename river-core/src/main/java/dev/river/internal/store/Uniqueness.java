package dev.river.internal.store;

import dev.river.job.JobState;
import dev.river.job.UniqueKey;
import java.util.Set;

/**
 * What a unique job claims.
 *
 * @param key what tells it from other unique jobs
 * @param states the states in which it keeps others of its key away
 */
public record Uniqueness(UniqueKey key, Set<JobState> states) {

  /** Makes the states immutable. */
  public Uniqueness {
    states = Set.copyOf(states);
  }
}
