package dev.river.work;

import dev.river.job.JobRow;
import java.time.Duration;
import java.util.List;

/**
 * A job that goes on although it was interrupted.
 *
 * @param job the job, as it was when the attempt began
 * @param cause why it was interrupted
 * @param since how long ago that was
 * @param stack where its thread is now, the innermost frame first
 */
public record StuckJob(
    JobRow job, CancelCause cause, Duration since, List<StackTraceElement> stack) {

  /** Makes the list immutable. */
  public StuckJob {
    stack = List.copyOf(stack);
  }
}
