package dev.river.bench.system;

/** What not every framework can do. */
public enum Ability {
  /** Inserts with COPY. */
  COPIES,
  /** Looks for jobs by itself, again and again. */
  PICKS_UP,
  /** Runs several jobs at once. */
  PARALLEL_JOBS,
  /** Tells other processes of jobs when they are inserted. */
  WAKE_UPS,
  /** Can insert without telling them. */
  QUIET_INSERTS
}
