package dev.river.internal.work;

import dev.river.error.DatabaseException;
import dev.river.internal.store.ChangeProbe;
import dev.river.internal.store.Database;
import dev.river.internal.store.FinishedAttempt;
import dev.river.internal.store.JobResults;
import dev.river.internal.store.LateResults;
import dev.river.internal.store.LockWait;
import dev.river.job.JobRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stores outcomes and tells of them, each once. Thread-safe. */
public final class OutcomeStore {
  private static final Logger LOG = LoggerFactory.getLogger(OutcomeStore.class);

  private final String clientId;
  private final Database database;
  private final JobResults results;
  private final LateResults lateResults;
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
    this.lateResults = results.late();
    this.retryDelays = new RetryDelays(settings.retryPolicy(), settings.clock());
    this.events = events;
  }

  /**
   * What became of outcomes.
   *
   * @param done those that are stored, and those that came late
   * @param locked those whose jobs' rows other transactions hold
   */
  record Written(List<EndedAttempt> done, List<EndedAttempt> locked) {}

  /**
   * Stores how attempts ended, with one statement for all that have ended alike. It waits for a row
   * that another transaction holds for a moment at most.
   *
   * @param ended the attempts, at most one of each job
   * @param passOver whether rows that others hold are passed over at once
   * @return what became of them
   * @throws DatabaseException if they can't be stored. Some may be stored then, which a second try
   *     leaves as they are.
   */
  Written write(List<EndedAttempt> ended, boolean passOver) {
    if (passOver) {
      return write(ended, LockWait.NONE);
    }
    try {
      return write(ended, LockWait.BRIEF);
    } catch (DatabaseException e) {
      if (!Refusal.isByLock(e)) {
        throw e;
      }
      LOG.debug("client {}: other transactions hold jobs that have ended", clientId, e);
      return write(ended, LockWait.NONE);
    }
  }

  /**
   * Stores how an attempt ended; waits for its row as long as another transaction holds it.
   *
   * @throws DatabaseException if neither that nor a failure can be stored
   */
  void storeAlone(EndedAttempt ended) {
    try {
      write(List.of(ended), LockWait.UNLIMITED);
    } catch (DatabaseException e) {
      if (Refusal.of(e, Duration.ZERO) != Refusal.OF_ROW || !storeInstead(ended, e)) {
        throw e;
      }
    }
  }

  private Written write(List<EndedAttempt> ended, LockWait wait) {
    List<FinishedAttempt> finished = finished(ended);
    Database patient = database.forBytes(bytes(ended));
    if (!events.areWanted()) {
      Set<Long> counted = patient.call(db -> results.store(db, clientId, finished, wait));
      return counted.size() == ended.size()
          ? new Written(ended, List.of())
          : told(ended, counted, List.of(), wait);
    }
    List<JobRow> rows = patient.call(db -> results.keepAndReturn(db, clientId, finished, wait));
    Set<Long> counted = rows.stream().map(JobRow::id).collect(Collectors.toSet());
    return told(ended, counted, rows, wait);
  }

  /**
   * Tells of outcomes when nothing more can fail, because those that it told of must not be written
   * again.
   */
  private Written told(
      List<EndedAttempt> ended, Set<Long> counted, List<JobRow> rows, LockWait wait) {
    List<EndedAttempt> rest = where(ended, attempt -> !counted.contains(attempt.jobId()));
    Set<Long> locked = wait == LockWait.NONE ? stillRunning(rest) : Set.of();
    List<EndedAttempt> late = where(rest, attempt -> !locked.contains(attempt.jobId()));
    List<JobRow> all = new ArrayList<>(rows);
    all.addAll(storedBefore(late));
    events.stored(ended, all);
    deleteNotKept(where(ended, attempt -> !locked.contains(attempt.jobId())), all);
    logLate(late, all);
    return new Written(
        where(ended, attempt -> !locked.contains(attempt.jobId())),
        where(ended, attempt -> locked.contains(attempt.jobId())));
  }

  private Set<Long> stillRunning(List<EndedAttempt> rest) {
    return rest.isEmpty()
        ? Set.of()
        : database.call(db -> lateResults.stillRunning(db, clientId, claimed(rest)));
  }

  /**
   * {@return the jobs that carry the outcome already} Either the answer to the statement that
   * stored it was lost, or their workers have completed them in transactions that were committed.
   * By now those have ended, because nobody holds the rows; of one that was rolled back the outcome
   * counted.
   */
  private List<JobRow> storedBefore(List<EndedAttempt> late) {
    List<JobRow> inTx =
        claimed(where(late, attempt -> attempt.completedInTx() && events.areWanted()));
    List<FinishedAttempt> others = finished(where(late, attempt -> !attempt.completedInTx()));
    List<FinishedAttempt> withMetadata =
        finished(where(late, attempt -> attempt.finished().metadata().isPresent()));
    List<JobRow> stored = new ArrayList<>();
    if (!withMetadata.isEmpty()) {
      database
          .forBytes(bytes(late))
          .run(db -> lateResults.mergeMetadata(db, clientId, withMetadata));
    }
    if (!inTx.isEmpty()) {
      stored.addAll(database.call(db -> results.completedBy(db, clientId, inTx)));
    }
    if (!others.isEmpty()) {
      stored.addAll(
          database.forBytes(bytes(late)).call(db -> lateResults.stored(db, clientId, others)));
    }
    return stored;
  }

  /** {@return about how many bytes of jobs the statement carries that stores some outcomes} */
  long bytes(List<EndedAttempt> ended) {
    return ended.stream()
        .mapToLong(one -> events.areWanted() ? one.bytes() + one.bytesOfRow() : one.bytes())
        .sum();
  }

  /** Of these jobs the subscribers know already, so what fails here must not be tried anew. */
  private void deleteNotKept(List<EndedAttempt> done, List<JobRow> stored) {
    Set<Long> ids = stored.stream().map(JobRow::id).collect(Collectors.toSet());
    List<FinishedAttempt> notKept =
        finished(where(done, attempt -> attempt.isNotKept() && ids.contains(attempt.jobId())));
    if (notKept.isEmpty()) {
      return;
    }
    try {
      database.run(db -> results.deleteNotKept(db, notKept));
    } catch (DatabaseException e) {
      LOG.warn(
          "client {}: {} completed jobs could not be deleted, which is left to the cleaning",
          clientId,
          notKept.size(),
          e);
    }
  }

  /** {@return whether statements return the rows of the jobs} */
  boolean returnsRows() {
    return events.areWanted();
  }

  /**
   * {@return whether the job's row can be changed now, so that a refusal is about what was to be
   * stored}
   *
   * @throws DatabaseException if the database is away
   */
  boolean canChange(EndedAttempt ended) {
    long began = System.nanoTime();
    try {
      return ChangeProbe.canChange(database, clientId, ended.finished().job());
    } catch (RuntimeException | OutOfMemoryError e) {
      if (Refusal.of(e, Duration.ofNanos(System.nanoTime() - began)) == Refusal.AWAY) {
        throw e;
      }
      LOG.debug("job {}: its row can't be changed now", ended.jobId(), e);
      return false;
    }
  }

  /**
   * Stores something else of an attempt whose outcome is refused: the same in a form that can be
   * stored, or a failure.
   *
   * @param refused the attempt
   * @param refusal why it is refused
   * @return whether anything is stored
   * @throws DatabaseException if the database is away
   */
  boolean storeInstead(EndedAttempt refused, Throwable refusal) {
    JobRow row = refused.finished().job();
    for (FinishedAttempt fallback :
        Fallbacks.of(refused.finished(), refusal, () -> retryDelays.ofClient(row))) {
      long began = System.nanoTime();
      try {
        if (!write(List.of(refused.with(fallback)), LockWait.NONE).locked().isEmpty()) {
          return false;
        }
        log(refused.finished(), fallback, refusal);
        return true;
      } catch (RuntimeException | OutOfMemoryError e) {
        if (Refusal.of(e, Duration.ofNanos(System.nanoTime() - began)) == Refusal.AWAY) {
          throw e;
        }
        refusal.addSuppressed(e);
      }
    }
    return false;
  }

  private static void log(FinishedAttempt refused, FinishedAttempt stored, Throwable refusal) {
    if (Fallbacks.loses(refused, stored)) {
      LOG.error(
          "job {}: its result was refused, it counts as {}",
          refused.job().id(),
          Fallbacks.nameOf(stored),
          refusal);
    } else {
      LOG.debug("job {}: its result is stored with escapes", refused.job().id(), refusal);
    }
  }

  private static void logLate(List<EndedAttempt> late, List<JobRow> stored) {
    Set<Long> ids = stored.stream().map(JobRow::id).collect(Collectors.toSet());
    late.stream()
        .filter(attempt -> !attempt.completedInTx() && !ids.contains(attempt.jobId()))
        .forEach(
            attempt ->
                LOG.info(
                    "job {}: the result of attempt {} came late and changed nothing",
                    attempt.jobId(),
                    attempt.finished().job().attempt()));
  }

  private static List<EndedAttempt> where(
      List<EndedAttempt> ended, Predicate<EndedAttempt> condition) {
    return ended.stream().filter(condition).toList();
  }

  private static List<FinishedAttempt> finished(List<EndedAttempt> ended) {
    return ended.stream().map(EndedAttempt::finished).toList();
  }

  private static List<JobRow> claimed(List<EndedAttempt> ended) {
    return ended.stream().map(attempt -> attempt.finished().job()).toList();
  }
}
