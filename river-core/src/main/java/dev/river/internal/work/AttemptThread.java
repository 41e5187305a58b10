package dev.river.internal.work;

import dev.river.work.JobInserter;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Knows which threads run attempts, and for which client: everything that users have a say in, from
 * the extensions around a worker to the error handler.
 */
public final class AttemptThread {
  private static final ThreadLocal<@Nullable Run> CURRENT = new ThreadLocal<>();

  private AttemptThread() {}

  /** An attempt on its thread. */
  private record Run(JobInserter client, String queue) {
    @SuppressWarnings("ReferenceEquality") // a client is no value
    boolean isOf(JobInserter other) {
      return client == other;
    }
  }

  /**
   * {@return what an attempt returns that runs in the calling thread}
   *
   * @param client what inserts jobs for the attempt
   * @param queue the queue of its job
   * @param attempt the attempt
   */
  static <T> T call(JobInserter client, String queue, Supplier<T> attempt) {
    Run before = CURRENT.get(); // a worker may work another job inline
    CURRENT.set(new Run(client, queue));
    try {
      return attempt.get();
    } finally {
      if (before == null) {
        CURRENT.remove();
      } else {
        CURRENT.set(before);
      }
    }
  }

  /** {@return whether the calling thread runs an attempt, of whatever client} */
  public static boolean isAny() {
    return CURRENT.get() != null;
  }

  /**
   * {@return whether the calling thread runs an attempt of a client}
   *
   * @param client what inserts jobs for its attempts
   */
  public static boolean isOf(JobInserter client) {
    Run run = CURRENT.get();
    return run != null && run.isOf(client);
  }

  /**
   * {@return whether the calling thread runs a job of a queue for a client}
   *
   * @param client what inserts jobs for its attempts
   * @param queue the queue
   */
  public static boolean isOf(JobInserter client, String queue) {
    Run run = CURRENT.get();
    return run != null && run.isOf(client) && run.queue().equals(queue);
  }
}
