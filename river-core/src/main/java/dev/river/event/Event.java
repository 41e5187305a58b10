package dev.river.event;

import dev.river.job.JobRow;

/** Something that happened in this client, told after it was stored. */
public sealed interface Event {

  /** {@return what it is about} */
  EventKind kind();

  /**
   * An attempt of a job ended.
   *
   * @param kind how
   * @param job the job, as it is stored now
   * @param statistics how long it took
   */
  record JobEvent(EventKind kind, JobRow job, JobStatistics statistics) implements Event {}

  /**
   * A queue pauses or goes on.
   *
   * @param kind which of them
   * @param queue the queue's name
   */
  record QueueEvent(EventKind kind, String queue) implements Event {}
}
