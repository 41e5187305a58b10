package dev.river.event;

/** What an event is about. */
public enum EventKind {
  /** A job was cancelled: by its worker, or by someone else while it ran. */
  JOB_CANCELLED,
  /** A job was completed. */
  JOB_COMPLETED,
  /** An attempt failed; the job's state tells whether it is tried again or discarded. */
  JOB_FAILED,
  /** An attempt was cut short by a stop of the client; the job is put back. */
  JOB_INTERRUPTED,
  /** A worker has put a job off. */
  JOB_SNOOZED,
  /** A queue pauses. */
  QUEUE_PAUSED,
  /** A paused queue goes on. */
  QUEUE_RESUMED
}
