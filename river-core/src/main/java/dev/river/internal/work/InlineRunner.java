package dev.river.internal.work;

import dev.river.error.DatabaseException;
import dev.river.event.Event;
import dev.river.event.WorkedJob;
import dev.river.internal.codec.JsonCodec;
import dev.river.internal.event.EventSink;
import dev.river.internal.store.Database;
import dev.river.internal.store.JobResults;
import dev.river.job.JobRow;
import dev.river.work.JobInserter;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs attempts in the calling thread, and stores their outcomes at once. Around the worker is all
 * that is there when a client runs; only its progress is stored with its outcome and not before.
 */
public final class InlineRunner {
  /** A connection may be lost while an outcome is stored; to store it again does no harm. */
  private static final int TRIES_TO_STORE = 3;

  private final String clientId;
  private final Database database;
  private final WorkSettings settings;
  private final JsonCodec codec;
  private final JobInserter client;
  private final EventSink events;
  private final FailureLog failures;

  /**
   * Creates it.
   *
   * @param clientId the client that claims the jobs
   * @param database where they are stored
   * @param settings how they are worked
   * @param codec reads arguments
   * @param client inserts jobs for workers
   * @param events is told of what is stored
   */
  public InlineRunner(
      String clientId,
      Database database,
      WorkSettings settings,
      JsonCodec codec,
      JobInserter client,
      EventSink events) {
    this.clientId = clientId;
    this.database = database;
    this.settings = settings;
    this.codec = codec;
    this.client = client;
    this.events = events;
    this.failures = new FailureLog(settings.clock(), (delay, task) -> {}); // told with the next
  }

  /**
   * {@return what became of a job}
   *
   * @param row the job as the client has just claimed it
   * @throws DatabaseException if its outcome can't be stored
   * @throws IllegalStateException if somebody else has ended the attempt meanwhile, so that its
   *     outcome does not count
   */
  public WorkedJob run(JobRow row) {
    Attempt attempt = new Attempt(row, true, () -> {});
    List<Event.JobEvent> told = store(run(attempt));
    if (told.isEmpty()) {
      throw new IllegalStateException(
          "job %s: attempt %s was ended or the job deleted while it ran, its outcome changed nothing"
              .formatted(row.id(), row.attempt()));
    }
    return new WorkedJob(told.getLast().job(), attempt.failure(), told);
  }

  private EndedAttempt run(Attempt attempt) {
    var store = new AttemptStore(clientId, database, new JobResults(codec), codec);
    Timeouts timeouts = new Timeouts(clientId);
    timeouts.start();
    try {
      return new AttemptRunner(settings, codec, store, timeouts, failures, client).run(attempt);
    } finally {
      timeouts.stop();
    }
  }

  private List<Event.JobEvent> store(EndedAttempt ended) {
    Told told = new Told(events);
    var outcomes =
        new OutcomeStore(
            clientId, database, new JobResults(codec), settings, new OutcomeEvents(told));
    for (int tries = 1; ; tries++) {
      try {
        outcomes.storeAlone(ended);
        return List.copyOf(told.ofJob);
      } catch (DatabaseException e) {
        if (tries == TRIES_TO_STORE) {
          throw e;
        }
      }
    }
  }

  /** Keeps what the client's subscribers are told of the job. */
  private static final class Told implements EventSink {
    private final EventSink subscribers;
    private final List<Event.JobEvent> ofJob = new ArrayList<>(); // owned by the calling thread

    Told(EventSink subscribers) {
      this.subscribers = subscribers;
    }

    @Override
    public boolean hasSubscribers() {
      return true;
    }

    @Override
    public void publish(Event event) {
      if (event instanceof Event.JobEvent job) {
        ofJob.add(job);
      }
      subscribers.publish(event);
    }
  }
}
