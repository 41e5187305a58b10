package dev.river.query;

/** What a list of jobs is sorted by. Jobs of the same time are sorted by their numbers. */
public enum JobOrder {
  /** The job's number. */
  ID,
  /** When the job may be worked. */
  SCHEDULED_AT,
  /** When the job ended. Only for final states. */
  FINALIZED_AT,
  /**
   * The time that tells most in the first of the query's states: when the job ended for the final
   * ones, when its newest attempt began for running, else when it may be worked. Jobs that have no
   * such time come last, and first if the order is descending.
   */
  TIME
}
