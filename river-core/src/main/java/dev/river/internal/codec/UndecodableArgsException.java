package dev.river.internal.codec;

import dev.river.job.JobArgs;
import org.jspecify.annotations.Nullable;

/**
 * Stored arguments do not fit the class that they are to become. It fails one attempt of one job.
 */
public final class UndecodableArgsException extends Exception {
  private static final long serialVersionUID = 1L;

  UndecodableArgsException(
      Class<? extends JobArgs> argsClass, String reason, @Nullable Throwable cause) {
    super("args can't be read as %s: %s".formatted(argsClass.getName(), reason), cause);
  }
}
