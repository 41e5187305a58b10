package dev.river.periodic;

/** Whether a periodic job may be inserted while the one before it has not ended. */
public enum OverlapPolicy {
  /** A job is inserted for each run. */
  ALLOW,

  /**
   * A run is left out while the job of the run before is there and neither completed, cancelled nor
   * discarded.
   */
  SKIP
}
