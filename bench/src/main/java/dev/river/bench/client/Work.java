package dev.river.bench.client;

import java.time.Duration;

/**
 * How jobs are worked.
 *
 * @param workers how many at once
 * @param task what each does
 * @param first the first job whose start is noted
 * @param count of how many jobs from there it is noted
 */
public record Work(int workers, Task task, long first, int count) {

  /** What a job does. */
  public sealed interface Task {}

  /** Nothing. */
  public record Nothing() implements Task {}

  /** Sleeps. */
  public record Sleep(Duration time) implements Task {}

  /** Waits until it is let go. */
  public record Block() implements Task {}
}
