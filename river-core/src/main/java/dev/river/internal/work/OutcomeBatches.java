package dev.river.internal.work;

import dev.river.internal.work.OutcomeStore.Written;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores outcomes in batches. A batch that the database refuses is halved until the outcome that it
 * refuses is alone, which is recorded as a failure of its job; what can't be stored in any form,
 * and what belongs to a row that another transaction holds, is set aside and tried again by itself.
 * So one job never keeps the results of others from being stored. Of one thread.
 */
final class OutcomeBatches {
  private static final Logger LOG = LoggerFactory.getLogger(OutcomeBatches.class);

  /**
   * What may pass is given so many chances in a row before it counts as a failure of the job. One
   * counts only if the job's row could be changed right after the refusal: so neither a lock nor an
   * outage nor a revoked privilege turns a completed job into a failed one.
   */
  private static final int CHANCES = 5;

  /** How many refused outcomes are tried in a row, so that others don't wait for long. */
  private static final int REFUSED_AT_ONCE = 20;

  private static final Duration LONGEST_RETRIES = Duration.ofSeconds(1);

  private final OutcomeStore outcomes;
  private final Consumer<List<EndedAttempt>> done;
  private final OutcomeLimits limits = new OutcomeLimits();
  private final SetAside aside = new SetAside();

  /** Taken and neither stored nor set aside yet. */
  private final List<EndedAttempt> batch = new ArrayList<>();

  /** Whether the batch was refused for a reason that might have passed. */
  private boolean refusedBefore;

  /**
   * Creates it.
   *
   * @param outcomes stores them
   * @param done is told of those that are done with
   */
  OutcomeBatches(OutcomeStore outcomes, Consumer<List<EndedAttempt>> done) {
    this.outcomes = outcomes;
    this.done = done;
  }

  /** Takes as many of those that wait as there is room for. */
  void take(WaitingOutcomes waiting) {
    if (!aside.isFull()) {
      waiting.fill(batch);
    }
  }

  /**
   * Stores some of the outcomes, and those set aside that are due.
   *
   * @param longest the longest rest
   * @return how long there is nothing to do
   */
  Duration store(Duration longest) {
    boolean stored = !batch.isEmpty();
    if (stored) {
      storeFirst(limits.first(batch, outcomes.returnsRows()));
      refusedBefore = false;
    }
    retryLocked();
    retryRefused();
    return stored ? Duration.ZERO : aside.untilNext(longest);
  }

  /** {@return everything that is not stored yet} It never will be. */
  List<EndedAttempt> abandon() {
    List<EndedAttempt> left = new ArrayList<>(batch);
    left.addAll(aside.clear());
    batch.clear();
    done.accept(left);
    return left;
  }

  private void storeFirst(List<EndedAttempt> some) {
    long began = System.nanoTime();
    try {
      Written written = outcomes.write(some, aside.hasLocked());
      aside.addLocked(written.locked());
      limits.stored();
      finishFirst(some.size(), written.done());
    } catch (RuntimeException | OutOfMemoryError e) {
      refused(some, e, Refusal.of(e, since(began)));
    }
  }

  private void refused(List<EndedAttempt> some, Throwable failure, Refusal refusal) {
    switch (refusal) {
      case AWAY -> throw rethrown(failure);
      case TOO_MUCH -> {
        limits.tooMuch();
        if (some.size() > 1) {
          throw rethrown(failure);
        }
      }
      case PASSING, IN_DOUBT, OF_SERVER -> {
        if (!refusedBefore) {
          refusedBefore = true;
          throw rethrown(failure);
        }
      }
      case OF_ROW -> {}
    }
    if (some.size() > 1) {
      int middle = some.size() / 2;
      storeFirst(some.subList(0, middle));
      storeFirst(some.subList(middle, some.size()));
    } else {
      refusedAlone(some.getFirst(), failure, refusal);
    }
  }

  private void refusedAlone(EndedAttempt ended, Throwable failure, Refusal refusal) {
    boolean stored = refusal == Refusal.OF_ROW && outcomes.storeInstead(ended, failure);
    if (!stored) {
      LOG.error(
          "job {}: its result is refused, which is tried again from time to time",
          ended.jobId(),
          failure);
      aside.addRefused(ended);
    }
    finishFirst(1, stored ? List.of(ended) : List.of());
  }

  private void finishFirst(int count, List<EndedAttempt> stored) {
    batch.subList(0, count).clear();
    done.accept(stored);
  }

  private void retryLocked() {
    List<SetAside.Entry> due = aside.dueLocked(OutcomeLimits.LARGEST_COUNT);
    List<EndedAttempt> some =
        limits.first(due.stream().map(SetAside.Entry::ended).toList(), outcomes.returnsRows());
    if (some.isEmpty()) {
      return;
    }
    List<SetAside.Entry> tried = due.subList(0, some.size());
    long began = System.nanoTime();
    try {
      List<EndedAttempt> stored = outcomes.write(some, true).done();
      tried.forEach(SetAside.Entry::locked);
      Set<Long> ids = stored.stream().map(EndedAttempt::jobId).collect(Collectors.toSet());
      aside.remove(tried.stream().filter(entry -> ids.contains(entry.ended().jobId())).toList());
      done.accept(stored);
    } catch (RuntimeException | OutOfMemoryError e) {
      if (Refusal.of(e, since(began)) == Refusal.AWAY) {
        throw e;
      }
      tried.forEach(SetAside.Entry::refused); // from now on one by one
    }
  }

  private void retryRefused() {
    long began = System.nanoTime();
    for (SetAside.Entry entry : aside.dueRefused(REFUSED_AT_ONCE)) {
      if (since(began).compareTo(LONGEST_RETRIES) > 0) {
        return;
      }
      if (isStoredNow(entry)) {
        aside.remove(List.of(entry));
        done.accept(List.of(entry.ended()));
      }
    }
  }

  private boolean isStoredNow(SetAside.Entry entry) {
    long began = System.nanoTime();
    try {
      boolean stored = outcomes.write(List.of(entry.ended()), true).locked().isEmpty();
      if (!stored) {
        entry.locked();
      }
      return stored;
    } catch (RuntimeException | OutOfMemoryError e) {
      Refusal refusal = Refusal.of(e, since(began));
      if (refusal == Refusal.AWAY) {
        throw e;
      }
      return isAtFault(entry, refusal) && outcomes.storeInstead(entry.ended(), e);
    }
  }

  private boolean isAtFault(SetAside.Entry entry, Refusal refusal) {
    return switch (refusal) {
      case AWAY, OF_SERVER -> {
        entry.refused();
        yield false;
      }
      case OF_ROW -> {
        entry.refused();
        yield true;
      }
      case TOO_MUCH, PASSING, IN_DOUBT -> {
        entry.refused(); // though the look may fail
        yield entry.blamed(outcomes.canChange(entry.ended())) >= CHANCES;
      }
    };
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  private static RuntimeException rethrown(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return (RuntimeException) failure;
  }
}
