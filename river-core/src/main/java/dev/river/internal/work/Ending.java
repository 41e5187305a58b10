package dev.river.internal.work;

import dev.river.work.WorkResult;

/** What a worker did. */
sealed interface Ending {

  /** It decided. */
  record Returned(WorkResult result) implements Ending {}

  /** It failed, or could not even begin. */
  record Threw(Throwable failure) implements Ending {}
}
