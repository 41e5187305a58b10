package dev.river.internal.store;

import dev.river.job.JobRow;
import java.time.Instant;
import java.util.Comparator;

/**
 * A place among the jobs of a queue and a priority, which are worked by time and then by number.
 *
 * @param scheduledAt the time of the job at this place
 * @param id its number
 */
public record QueuePlace(Instant scheduledAt, long id) implements Comparable<QueuePlace> {
  private static final Comparator<QueuePlace> ORDER =
      Comparator.comparing(QueuePlace::scheduledAt).thenComparingLong(QueuePlace::id);

  /** {@return the place of a job} */
  public static QueuePlace of(JobRow job) {
    return new QueuePlace(job.scheduledAt(), job.id());
  }

  @Override
  public int compareTo(QueuePlace other) {
    return ORDER.compare(this, other);
  }
}
