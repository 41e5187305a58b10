package dev.river.internal.work;

import dev.river.internal.codec.JobMetadata;
import dev.river.internal.service.Service;
import dev.river.internal.service.ServiceLoop;
import dev.river.internal.store.Database;
import dev.river.internal.store.JobOperations;
import dev.river.job.JobRow;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Interrupts running jobs that were cancelled. What decides is the mark in a job's row: it is
 * looked at when a notification tells of a cancellation, once for all jobs where notifications may
 * have been missed, and again and again where none are heard. So neither a forged notification nor
 * one that is about an earlier attempt interrupts anything.
 */
public final class CancelWatch implements Service {
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration UNTIL_WOKEN = Duration.ofHours(1);

  private final Database database;
  private final JobOperations operations;
  private final ClaimedJobs claimed;
  private final ServiceLoop loop;
  private final AtomicBoolean due = new AtomicBoolean();
  private final boolean always;

  /**
   * Creates it.
   *
   * @param clientId names its thread
   * @param database where it looks
   * @param operations how it looks
   * @param claimed the jobs that run here, which it cancels
   * @param always whether it looks again and again
   */
  public CancelWatch(
      String clientId,
      Database database,
      JobOperations operations,
      ClaimedJobs claimed,
      boolean always) {
    this.database = database;
    this.operations = operations;
    this.claimed = claimed;
    this.always = always;
    this.loop = new ServiceLoop(clientId, "cancel-watch", this::pass);
    claimed.onSuspects(loop::wake);
  }

  @Override
  public void start() {
    loop.start();
  }

  @Override
  public void stop() {
    loop.stop();
  }

  /** Makes it look, because notifications may have been missed. */
  public void lookOnce() {
    due.set(true);
    loop.wake();
  }

  private Duration pass() {
    if (always || due.get()) {
      lookAtAll();
    } else {
      lookAtSuspects();
    }
    return always ? INTERVAL : UNTIL_WOKEN;
  }

  private void lookAtAll() {
    boolean wasDue = due.getAndSet(false);
    claimed.takeSuspects(); // which are among those that are looked at
    try {
      cancelMarked(claimed.cancellable());
    } catch (Throwable e) { // a data source of a user's may throw anything
      due.compareAndSet(false, wasDue); // the loop tries again
      throw e;
    }
  }

  private void lookAtSuspects() {
    List<JobRow> suspects = claimed.takeSuspects();
    try {
      cancelMarked(suspects);
    } catch (Throwable e) {
      suspects.forEach(job -> claimed.suspect(job.id())); // the loop tries again
      throw e;
    }
  }

  private void cancelMarked(List<JobRow> jobs) {
    if (!jobs.isEmpty()) {
      List<Long> ids = jobs.stream().map(JobRow::id).toList();
      Map<Long, String> marks = database.call(db -> operations.cancelMarks(db, ids));
      jobs.stream()
          .filter(job -> marks.containsKey(job.id()) && isNew(marks.get(job.id()), job))
          .forEach(claimed::cancel);
    }
  }

  /**
   * {@return whether a mark was made after a job was claimed} Clients of other languages leave the
   * old mark on a job that is retried; then it is the one that the claimed row carried already.
   */
  private boolean isNew(String mark, JobRow job) {
    return !JobMetadata.cancelMark(job.metadata()).equals(Optional.of(mark));
  }
}
