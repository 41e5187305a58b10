package dev.river.model;

/** How an attempt ends. */
enum Ending {
  COMPLETED,
  FAILED,
  FAILED_TO_RETRY_AT_ONCE,
  SNOOZED,
  SNOOZED_FOR_NO_TIME,
  CANCELLED,
  INTERRUPTED
}
