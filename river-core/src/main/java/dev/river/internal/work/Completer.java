package dev.river.internal.work;

import dev.river.error.DatabaseException;
import dev.river.internal.service.Service;
import dev.river.internal.service.ServiceLoop;
import dev.river.internal.store.Database;
import dev.river.internal.store.FinishedAttempt;
import dev.river.internal.store.JobResults;
import dev.river.internal.store.Outcome;
import dev.river.job.JobRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores the outcomes of attempts. Under light load each goes through at once; under heavy load
 * those that come while a statement runs are stored together by the next one, so batches grow by
 * themselves and nothing waits for a timer.
 */
public final class Completer implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(Completer.class);
  private static final int LARGEST_BATCH = 1_000;

  /** When so many outcomes wait, attempts keep their slots until there is room. */
  private static final int CAPACITY = 2 * LARGEST_BATCH;

  private static final Duration UNTIL_WOKEN = Duration.ofHours(1);

  private final String clientId;
  private final Database database;
  private final JobResults results;
  private final ClaimedJobs claimed;
  private final RetryDelays retryDelays;
  private final ServiceLoop loop;
  private final LinkedBlockingQueue<FinishedAttempt> waiting = new LinkedBlockingQueue<>(CAPACITY);

  /** Taken from the queue and not stored yet; owned by the loop's thread. */
  private final List<FinishedAttempt> batch = new ArrayList<>();

  /**
   * Creates it.
   *
   * @param clientId the client that claimed the jobs
   * @param database where outcomes are stored
   * @param results how they are stored
   * @param claimed is told of the jobs whose outcome is stored
   * @param settings how long a job waits whose outcome the database refused
   */
  public Completer(
      String clientId,
      Database database,
      JobResults results,
      ClaimedJobs claimed,
      WorkSettings settings) {
    this.clientId = clientId;
    this.database = database;
    this.results = results;
    this.claimed = claimed;
    this.retryDelays = new RetryDelays(settings.retryPolicy());
    this.loop = new ServiceLoop("river-" + clientId + "-completer", this::pass);
  }

  @Override
  public void start() {
    loop.start();
  }

  /** Stops after the batch that is being stored; what waits then is stored after the next start. */
  @Override
  public void stop() {
    loop.stop();
  }

  /** Takes an outcome; waits while there is no room. */
  void submit(FinishedAttempt finished) {
    try {
      waiting.put(finished);
    } catch (InterruptedException e) {
      // attempts are interrupted in the user's code only, so this is somebody's grave mistake
      throw new IllegalStateException("interrupted outside of the worker", e);
    }
    loop.wake();
  }

  private Duration pass() {
    waiting.drainTo(batch, LARGEST_BATCH - batch.size());
    if (batch.isEmpty()) {
      return UNTIL_WOKEN;
    }
    store(batch); // if the database can't be reached, the batch is tried again in the next pass
    claimed.remove(batch.stream().map(FinishedAttempt::job).toList());
    batch.clear();
    return Duration.ZERO;
  }

  /** A row that the database refuses must not keep the others from being stored. */
  private void store(List<FinishedAttempt> finished) {
    try {
      Set<Long> counted = database.call(db -> results.store(db, clientId, finished));
      logLate(finished, counted);
    } catch (DatabaseException e) {
      if (!e.isCausedByRow()) {
        throw e;
      }
      isolate(finished, e);
    }
  }

  private void isolate(List<FinishedAttempt> finished, DatabaseException refusal) {
    if (finished.size() > 1) {
      int middle = finished.size() / 2;
      store(finished.subList(0, middle));
      store(finished.subList(middle, finished.size()));
    } else {
      storeRefusal(finished.getFirst(), refusal);
    }
  }

  private void storeRefusal(FinishedAttempt refused, DatabaseException refusal) {
    JobRow row = refused.job();
    Outcome outcome =
        Outcomes.tryAgainOrDiscard(
            row,
            Outcomes.error(row, "its result was refused: " + FailureText.message(refusal), ""),
            () -> retryDelays.ofClient(row));
    LOG.error("job {}: its result was refused and counts as a failure", row.id(), refusal);
    try {
      database.call(db -> results.store(db, clientId, List.of(new FinishedAttempt(row, outcome))));
    } catch (DatabaseException e) {
      if (!e.isCausedByRow()) {
        throw e;
      }
      LOG.error("job {}: nothing can be stored about it, it stays running", row.id(), e);
    }
  }

  private static void logLate(List<FinishedAttempt> finished, Set<Long> counted) {
    if (counted.size() < finished.size()) {
      finished.stream()
          .map(FinishedAttempt::job)
          .filter(job -> !counted.contains(job.id()))
          .forEach(
              job ->
                  LOG.info(
                      "job {}: the result of attempt {} came late and changed nothing",
                      job.id(),
                      job.attempt()));
    }
  }
}
