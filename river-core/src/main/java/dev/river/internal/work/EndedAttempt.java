package dev.river.internal.work;

import dev.river.internal.store.FinishedAttempt;
import dev.river.internal.store.Outcome;
import dev.river.job.AttemptError;
import dev.river.job.JobRow;
import java.time.Duration;

/**
 * An attempt that ended, on its way to the completer.
 *
 * @param finished what is to be stored of it
 * @param run how long it ran
 * @param endedNanos when it ended, by the nano clock
 * @param completedInTx whether its worker has completed the job in a transaction of its own
 */
record EndedAttempt(
    FinishedAttempt finished, Duration run, long endedNanos, boolean completedInTx) {
  /** What is stored of an attempt that has neither failed nor written anything. */
  private static final long SMALLEST = 50;

  /** What a failed attempt leaves in the row of its job, most of it a stack trace. */
  private static final long USUAL_ERROR = 10_000;

  /** {@return the same with something else to be stored of it} */
  EndedAttempt with(FinishedAttempt other) {
    return new EndedAttempt(other, run, endedNanos, completedInTx);
  }

  long jobId() {
    return finished.job().id();
  }

  /** {@return whether its job is to be deleted} */
  boolean isNotKept() {
    return !finished.kept() && finished.outcome() instanceof Outcome.Completed;
  }

  /** {@return about how many bytes are to be stored of it} */
  long bytes() {
    long metadata = finished.metadata().map(EndedAttempt::bytes).orElse(0L);
    return SMALLEST
        + metadata
        + switch (finished.outcome()) {
          case Outcome.Retry retry -> bytes(retry.error());
          case Outcome.Discard discard -> bytes(discard.error());
          case Outcome.Cancel cancel -> bytes(cancel.error());
          case Outcome.Completed completed -> 0;
          case Outcome.Snooze snooze -> 0;
          case Outcome.Interrupted interrupted -> 0;
        };
  }

  /** {@return about how many bytes its job's row has} */
  long bytesOfRow() {
    JobRow row = finished.job();
    long errors = row.errors().stream().mapToLong(EndedAttempt::bytes).sum();
    long usual = Math.max(0, row.attempt() - 1) * USUAL_ERROR;
    return row.encodedArgs().length() + row.metadata().length() + Math.max(errors, usual);
  }

  private static long bytes(AttemptError error) {
    return bytes(error.error()) + bytes(error.trace());
  }

  /** In UTF-8, half of a pair being two bytes. */
  private static long bytes(String text) {
    long bytes = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > 0x7F) {
        bytes += c > 0x7FF && !Character.isSurrogate(c) ? 2 : 1;
      }
    }
    return bytes;
  }
}
