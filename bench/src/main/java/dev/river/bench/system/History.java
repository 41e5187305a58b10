package dev.river.bench.system;

/** What becomes of jobs when they are done. */
public enum History {
  /** They stay, for people to look at. */
  KEPT,
  /** They are deleted. */
  DELETED
}
