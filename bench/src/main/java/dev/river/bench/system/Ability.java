package dev.river.bench.system;

/** What not every framework can do. */
public enum Ability {
  /** Inserts many jobs with one call. */
  BATCHES,
  /** Inserts with COPY. */
  COPIES,
  /** Inserts by a statement each, as an application's request does. */
  SINGLE_INSERTS,
  /** Looks for jobs by itself, again and again. */
  PICKS_UP,
  /** Runs several jobs at once. */
  PARALLEL_JOBS,
  /** Tells other processes of jobs when they are inserted. */
  WAKE_UPS,
  /** Can insert without telling them. */
  QUIET_INSERTS
}
