package dev.river.internal.work;

import dev.river.work.WorkResult;

/** What a worker did. */
sealed interface Ending {

  /** It decided. */
  record Returned(WorkResult result) implements Ending {}

  /** It failed, or could not even begin. */
  record Threw(Throwable failure) implements Ending {

    /** {@return the same, with another failure noted in it that came after it} */
    @SuppressWarnings("ReferenceEquality") // its own equals may be code that throws
    Threw with(Throwable second) {
      if (second != failure) {
        failure.addSuppressed(second);
      }
      return this;
    }
  }
}
