package dev.river.event;

import dev.river.job.JobRow;
import java.util.List;
import java.util.Optional;

/**
 * What became of a job that was worked in the calling thread: see {@link dev.river.InlineWork}.
 *
 * @param job the job, as it is stored now
 * @param failure what its worker, an extension around it or the reading of its arguments threw, the
 *     very object; empty if nothing did
 * @param events what subscribers of the client were told of the job, at least one, in order
 */
public record WorkedJob(JobRow job, Optional<Throwable> failure, List<Event.JobEvent> events) {

  /**
   * Checks it.
   *
   * @throws IllegalArgumentException if there are no events
   */
  public WorkedJob {
    events = List.copyOf(events);
    if (events.isEmpty()) {
      throw new IllegalArgumentException("events must not be empty");
    }
  }

  /**
   * {@return this, if nothing was thrown}
   *
   * @throws Exception what was thrown
   */
  public WorkedJob orThrow() throws Exception {
    if (failure.isEmpty()) {
      return this;
    }
    switch (failure.get()) {
      case Exception exception -> throw exception;
      case Error error -> throw error;
      default -> throw new IllegalStateException(failure.get());
    }
  }

  /** {@return how the attempt ended} */
  public EventKind kind() {
    return events.getLast().kind();
  }
}
