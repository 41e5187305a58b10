package dev.river.internal.work;

import dev.river.internal.store.FinishedAttempt;
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

  /** {@return the same with something else to be stored of it} */
  EndedAttempt with(FinishedAttempt other) {
    return new EndedAttempt(other, run, endedNanos, completedInTx);
  }

  long jobId() {
    return finished.job().id();
  }
}
