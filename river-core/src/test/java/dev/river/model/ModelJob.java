package dev.river.model;

import dev.river.job.JobState;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** A job as it should be stored. */
final class ModelJob {
  final long id;
  final Optional<String> key;
  final Set<JobState> keyStates;
  final int priority;

  JobState state;
  String queue;
  int maxAttempts;
  int attempt;
  int errors;
  long scheduledAt;
  long snoozes;
  boolean cancelMarked;
  boolean conflictMarked;

  /** Which claim the running attempt is of; no two claims are the same. */
  long claim;

  ModelJob(long id, NewModelJob job, long scheduledAt) {
    this.id = id;
    this.key = job.key();
    this.keyStates = job.key().isEmpty() ? Set.of() : EnumSet.copyOf(job.keyStates());
    this.priority = job.priority();
    this.queue = job.queue();
    this.maxAttempts = job.maxAttempts();
    this.scheduledAt = scheduledAt;
    this.state =
        switch (job.when()) {
          case PENDING -> JobState.PENDING;
          case LATER -> JobState.SCHEDULED;
          case NOW, EARLIER -> JobState.AVAILABLE;
        };
  }

  boolean is(JobState... states) {
    return Set.of(states).contains(state);
  }

  boolean hasEnded() {
    return is(JobState.CANCELLED, JobState.COMPLETED, JobState.DISCARDED);
  }

  boolean holdsKey() {
    return keyStates.contains(state);
  }

  Snapshot snapshot(long now) {
    return new Snapshot(
        id,
        state,
        queue,
        attempt,
        maxAttempts,
        errors,
        hasEnded(),
        scheduledAt <= now,
        cancelMarked,
        snoozes,
        conflictMarked,
        holdsKey());
  }
}
