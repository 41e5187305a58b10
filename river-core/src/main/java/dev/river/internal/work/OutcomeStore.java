package dev.river.internal.work;

import dev.river.error.DatabaseException;
import dev.river.internal.store.Database;
import dev.river.internal.store.FinishedAttempt;
import dev.river.internal.store.JobResults;
import dev.river.internal.store.Outcome;
import dev.river.job.JobRow;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores outcomes and tells of them. One that the database refuses doesn't keep the others from
 * being stored: it is found by halving, and recorded as a failure of its job.
 */
public final class OutcomeStore {
  private static final Logger LOG = LoggerFactory.getLogger(OutcomeStore.class);

  private final String clientId;
  private final Database database;
  private final JobResults results;
  private final RetryDelays retryDelays;
  private final OutcomeEvents events;

  /**
   * Creates it.
   *
   * @param clientId the client that claimed the jobs
   * @param database where outcomes are stored
   * @param results how they are stored
   * @param settings how long a job waits whose outcome the database refused
   * @param events is told of those that are stored
   */
  public OutcomeStore(
      String clientId,
      Database database,
      JobResults results,
      WorkSettings settings,
      OutcomeEvents events) {
    this.clientId = clientId;
    this.database = database;
    this.results = results;
    this.retryDelays = new RetryDelays(settings.retryPolicy(), settings.clock());
    this.events = events;
  }

  /**
   * Stores how attempts ended.
   *
   * @param ended the attempts, at most one of each job
   * @param stored is told of those that are done with, a few after the other in the given order
   * @throws DatabaseException if the database can't be reached. Those that were done with must not
   *     be given again; of the rest some may be stored already, which a second try leaves as they
   *     are.
   */
  void store(List<EndedAttempt> ended, Consumer<List<EndedAttempt>> stored) {
    try {
      logLate(ended, write(ended));
    } catch (DatabaseException e) {
      if (!e.isCausedByRow()) {
        throw e;
      }
      if (ended.size() > 1) {
        int middle = ended.size() / 2;
        store(ended.subList(0, middle), stored);
        store(ended.subList(middle, ended.size()), stored);
        return;
      }
      storeRefusal(ended.getFirst(), e);
    }
    stored.accept(ended);
  }

  /** {@return the jobs whose outcome counted} Their rows are read back only if somebody listens. */
  private Set<Long> write(List<EndedAttempt> ended) {
    List<FinishedAttempt> finished = ended.stream().map(EndedAttempt::finished).toList();
    if (!events.areWanted()) {
      return database.call(db -> results.store(db, clientId, finished));
    }
    List<JobRow> rows = database.call(db -> results.storeAndReturn(db, clientId, finished));
    events.stored(ended, rows);
    Set<Long> counted = rows.stream().map(JobRow::id).collect(Collectors.toSet());
    tellOfCompletedInTx(
        ended.stream()
            .filter(attempt -> attempt.completedInTx() && !counted.contains(attempt.jobId()))
            .toList());
    return counted;
  }

  /**
   * Tells of jobs that their workers have completed in transactions that were committed. By now
   * those have ended, because the write before this had to wait for them; of one that was rolled
   * back the outcome counted.
   */
  private void tellOfCompletedInTx(List<EndedAttempt> ended) {
    if (!ended.isEmpty()) {
      List<JobRow> claimed = ended.stream().map(attempt -> attempt.finished().job()).toList();
      events.stored(ended, database.call(db -> results.completedBy(db, clientId, claimed)));
    }
  }

  private void storeRefusal(EndedAttempt refused, DatabaseException refusal) {
    JobRow row = refused.finished().job();
    LOG.error("job {}: its result was refused and counts as a failure", row.id(), refusal);
    Outcome outcome =
        Outcomes.tryAgainOrDiscard(
            row,
            Outcomes.error(row, "its result was refused: " + FailureText.message(refusal), ""),
            () -> retryDelays.ofClient(row));
    EndedAttempt failed = refused.with(new FinishedAttempt(row, outcome));
    try {
      write(List.of(failed));
    } catch (DatabaseException e) {
      if (!e.isCausedByRow()) {
        throw e;
      }
      LOG.error("job {}: nothing can be stored about it, it stays running", row.id(), e);
    }
  }

  private static void logLate(List<EndedAttempt> ended, Set<Long> counted) {
    if (counted.size() < ended.size()) {
      ended.stream()
          .filter(attempt -> !attempt.completedInTx() && !counted.contains(attempt.jobId()))
          .forEach(
              attempt ->
                  LOG.info(
                      "job {}: the result of attempt {} came late and changed nothing",
                      attempt.jobId(),
                      attempt.finished().job().attempt()));
    }
  }
}
