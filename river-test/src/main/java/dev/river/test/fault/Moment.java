package dev.river.test.fault;

/** When a fault can happen. */
enum Moment {
  BEFORE_STATEMENT,
  AFTER_STATEMENT,
  BEFORE_COMMIT,
  AFTER_COMMIT
}
