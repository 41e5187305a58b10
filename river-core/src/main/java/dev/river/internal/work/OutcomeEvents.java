package dev.river.internal.work;

import dev.river.event.Event;
import dev.river.event.EventKind;
import dev.river.event.JobStatistics;
import dev.river.internal.event.EventSink;
import dev.river.internal.store.Outcome;
import dev.river.job.JobRow;
import dev.river.job.JobState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Makes events of outcomes that were stored. */
public final class OutcomeEvents {
  private final EventSink sink;

  /**
   * Creates it.
   *
   * @param sink takes the events
   */
  public OutcomeEvents(EventSink sink) {
    this.sink = sink;
  }

  boolean areWanted() {
    return sink.hasSubscribers();
  }

  void stored(List<EndedAttempt> ended, List<JobRow> rows) {
    Map<Long, JobRow> byId =
        rows.stream().collect(Collectors.toMap(JobRow::id, Function.identity()));
    long now = System.nanoTime();
    for (EndedAttempt attempt : ended) {
      JobRow row = byId.get(attempt.jobId());
      if (row != null && row.attemptedAt().equals(attempt.finished().job().attemptedAt())) {
        sink.publish(new Event.JobEvent(kind(attempt, row), row, statistics(attempt, now)));
      }
    }
  }

  /**
   * A job that someone cancelled while it ran is cancelled, and one that its worker completed in a
   * transaction is completed, whatever became of the attempt.
   */
  private static EventKind kind(EndedAttempt attempt, JobRow row) {
    if (row.state() == JobState.CANCELLED) {
      return EventKind.JOB_CANCELLED;
    }
    if (row.state() == JobState.COMPLETED) {
      return EventKind.JOB_COMPLETED;
    }
    return switch (attempt.finished().outcome()) {
      case Outcome.Completed completed -> EventKind.JOB_COMPLETED;
      case Outcome.Retry retry -> EventKind.JOB_FAILED;
      case Outcome.Discard discard -> EventKind.JOB_FAILED;
      case Outcome.Cancel cancel -> EventKind.JOB_CANCELLED;
      case Outcome.Snooze snooze -> EventKind.JOB_SNOOZED;
      case Outcome.Interrupted interrupted -> EventKind.JOB_INTERRUPTED;
    };
  }

  private static JobStatistics statistics(EndedAttempt attempt, long now) {
    JobRow claimed = attempt.finished().job();
    Duration wait =
        claimed
            .attemptedAt()
            .map(at -> Duration.between(claimed.scheduledAt(), at))
            .orElse(Duration.ZERO);
    return new JobStatistics(wait, attempt.run(), Duration.ofNanos(now - attempt.endedNanos()));
  }
}
