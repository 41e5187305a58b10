package dev.river.job;

/** Where a job is on its way. */
public enum JobState {
  /** Waits for a free worker; worked as soon as its time has come. */
  AVAILABLE,
  /** Ended by someone's decision; never worked again. */
  CANCELLED,
  /** Ended well. */
  COMPLETED,
  /** Ended by failing as often as it may. */
  DISCARDED,
  /** Set aside by its inserter, who alone may move it on. */
  PENDING,
  /** Failed, and waits for its next attempt. */
  RETRYABLE,
  /** Being worked. */
  RUNNING,
  /** Waits for the time that its inserter or its worker set. */
  SCHEDULED;

  /** {@return whether a job in this state has ended} Such a job, and no other, has a final time. */
  public boolean isFinal() {
    return this == CANCELLED || this == COMPLETED || this == DISCARDED;
  }
}
