package dev.river.work;

/** Why an attempt is to end early. */
public enum CancelCause {
  /**
   * Someone has cancelled the job. If the worker throws now, the job is cancelled; if it returns,
   * it has its result.
   */
  REMOTE,
  /** It ran longer than its timeout. If the worker throws now, the attempt has failed. */
  TIMEOUT,
  /**
   * The client stops. If the worker throws now, the job is put back as it was before the attempt.
   */
  STOP,
  /**
   * The client was silent for so long that the fleet took it for gone and rescued the job. Whatever
   * the worker does now, it changes nothing about the job.
   */
  LOST
}
