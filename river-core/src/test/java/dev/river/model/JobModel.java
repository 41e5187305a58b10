package dev.river.model;

import static dev.river.job.JobState.AVAILABLE;
import static dev.river.job.JobState.CANCELLED;
import static dev.river.job.JobState.COMPLETED;
import static dev.river.job.JobState.DISCARDED;
import static dev.river.job.JobState.RETRYABLE;
import static dev.river.job.JobState.RUNNING;
import static dev.river.job.JobState.SCHEDULED;

import dev.river.job.JobState;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the documented rules make of jobs, one operation after the other, in plain variables.
 *
 * <p>Time is counted in ticks: each operation takes one, and an hour has more than any test.
 */
final class JobModel {
  static final long HOUR = 1L << 30;

  private static final Comparator<ModelJob> BY_TIME =
      Comparator.<ModelJob>comparingLong(job -> job.scheduledAt).thenComparingLong(job -> job.id);
  private static final Comparator<ModelJob> BY_PRIORITY =
      Comparator.<ModelJob>comparingInt(job -> job.priority).thenComparing(BY_TIME);

  private final Map<Long, ModelJob> jobs = new LinkedHashMap<>();
  private long now;
  private long claims;

  void tick() {
    now++;
  }

  List<Snapshot> snapshots() {
    return jobs.values().stream().map(job -> job.snapshot(now)).toList();
  }

  Optional<ModelJob> job(long id) {
    return Optional.ofNullable(jobs.get(id));
  }

  Optional<ModelJob> holderOf(String key) {
    return jobs.values().stream()
        .filter(job -> job.holdsKey() && job.key.equals(Optional.of(key)))
        .findFirst();
  }

  void insert(long id, NewModelJob job) {
    long scheduledAt =
        switch (job.when()) {
          case NOW, PENDING -> now;
          case EARLIER -> now - HOUR;
          case LATER -> now + HOUR;
        };
    jobs.put(id, new ModelJob(id, job, scheduledAt));
  }

  void hoursPass(int hours) {
    jobs.values().forEach(job -> job.scheduledAt -= hours * HOUR);
  }

  List<Long> claim(String queue, int limit) {
    List<ModelJob> claimed =
        jobs.values().stream()
            .filter(job -> job.is(AVAILABLE) && job.queue.equals(queue) && job.scheduledAt <= now)
            .sorted(BY_PRIORITY)
            .limit(limit)
            .toList();
    for (ModelJob job : claimed) {
      job.state = RUNNING;
      job.attempt++;
      job.claim = ++claims;
    }
    return claimed.stream().map(job -> job.id).toList();
  }

  /** Returns whether the job still runs what was claimed, so that the result counts. */
  boolean finish(long id, long claim, Ending ending) {
    ModelJob job = jobs.get(id);
    if (job == null || !job.is(RUNNING) || job.claim != claim) {
      return false;
    }
    switch (ending) {
      case COMPLETED -> job.state = COMPLETED;
      case CANCELLED -> fail(job, CANCELLED);
      case FAILED -> failOrTryAgain(job, RETRYABLE, HOUR);
      case FAILED_TO_RETRY_AT_ONCE -> failOrTryAgain(job, AVAILABLE, 0);
      case SNOOZED -> snooze(job, SCHEDULED, HOUR);
      case SNOOZED_FOR_NO_TIME -> snooze(job, AVAILABLE, 0);
      case INTERRUPTED -> workAgainUncounted(job, AVAILABLE, job.scheduledAt);
    }
    return true;
  }

  private void failOrTryAgain(ModelJob job, JobState state, long delay) {
    if (job.attempt >= job.maxAttempts) {
      fail(job, DISCARDED);
    } else if (job.cancelMarked) {
      fail(job, CANCELLED);
    } else {
      fail(job, state);
      job.scheduledAt = now + delay;
    }
  }

  private static void fail(ModelJob job, JobState state) {
    job.errors++;
    job.state = state;
  }

  private void snooze(ModelJob job, JobState state, long delay) {
    job.snoozes++;
    workAgainUncounted(job, state, now + delay);
  }

  private static void workAgainUncounted(ModelJob job, JobState state, long scheduledAt) {
    if (job.cancelMarked) {
      job.state = CANCELLED;
      return;
    }
    job.state = state;
    job.attempt--;
    job.scheduledAt = scheduledAt;
  }

  /** What a client of another language does to a job whose client has died. */
  void rescue(ModelJob job) {
    if (job.cancelMarked) {
      fail(job, CANCELLED);
    } else if (job.attempt >= job.maxAttempts) {
      fail(job, DISCARDED);
    } else {
      fail(job, RETRYABLE);
      job.scheduledAt = now;
    }
  }

  void cancel(ModelJob job) {
    if (job.hasEnded()) {
      return;
    }
    job.cancelMarked = true;
    if (!job.is(RUNNING)) {
      moveWithoutTakingTheKey(job, CANCELLED);
    }
  }

  /** Returns false, and does nothing, if another job holds its key. */
  boolean retry(ModelJob job) {
    if (job.is(RUNNING) || (job.is(AVAILABLE) && job.scheduledAt <= now)) {
      return true;
    }
    if (isKeyHeldByAnother(job)) {
      return false;
    }
    job.state = AVAILABLE;
    job.scheduledAt = now;
    job.maxAttempts = Math.max(job.maxAttempts, job.attempt + 1);
    job.cancelMarked = false;
    return true;
  }

  void reschedule(ModelJob job, boolean later) {
    job.scheduledAt = later ? now + HOUR : now - HOUR;
    if (job.is(AVAILABLE, SCHEDULED)) {
      job.state = later ? SCHEDULED : AVAILABLE;
    }
  }

  void delete(ModelJob job) {
    jobs.remove(job.id);
  }

  /** Returns how many jobs moved. Those that hold their key come first, then one at a time. */
  int schedule(int limit) {
    List<ModelJob> due =
        jobs.values().stream()
            .filter(job -> job.is(RETRYABLE, SCHEDULED) && job.scheduledAt <= now)
            .sorted(BY_TIME)
            .limit(limit)
            .toList();
    due.stream().filter(job -> job.key.isEmpty() || job.holdsKey()).forEach(this::makeAvailable);
    due.stream().filter(job -> !job.is(AVAILABLE)).sorted(BY_PRIORITY).forEach(this::makeAvailable);
    return due.size();
  }

  private void makeAvailable(ModelJob job) {
    if (isKeyHeldByAnother(job)) {
      job.conflictMarked = true;
      moveWithoutTakingTheKey(job, DISCARDED);
    } else {
      job.state = AVAILABLE;
    }
  }

  private void moveWithoutTakingTheKey(ModelJob job, JobState state) {
    if (isKeyHeldByAnother(job)) {
      job.keyStates.remove(state);
    }
    job.state = state;
  }

  private boolean isKeyHeldByAnother(ModelJob job) {
    return job.key.flatMap(this::holderOf).filter(holder -> holder != job).isPresent();
  }
}
