package dev.river.internal.maintain;

import dev.river.error.DatabaseException;
import dev.river.internal.codec.RetentionJson;
import dev.river.internal.lead.UpkeepGate;
import dev.river.internal.service.ServiceLoop;
import dev.river.internal.store.JobCleanings;
import dev.river.internal.store.JobCleanings.Deleted;
import dev.river.internal.store.JobCleanings.Ended;
import dev.river.internal.store.JobCleanings.Place;
import dev.river.internal.store.RefusedRows;
import dev.river.internal.store.RowFaults;
import dev.river.job.JobState;
import dev.river.work.Retention;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes jobs that have ended, when they have been kept as long as their queue or the client says:
 * in small batches, each a transaction of its own, with rests in between, so that it never holds
 * anybody up for long. A pass is one look for what is due, or one batch.
 */
public final class JobCleaner implements ServiceLoop.Pass {
  private static final Logger LOG = LoggerFactory.getLogger(JobCleaner.class);
  private static final String DUTY = "cleaner";

  /** River: job cleaner. */
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);

  /** How late a client begins that has just become the leader. */
  private static final Duration UNTIL_ITS_TURN = Duration.ofSeconds(2);

  private static final Duration BETWEEN_BATCHES = Duration.ofMillis(20);

  private final UpkeepGate gate;
  private final JobCleanings cleanings;
  private final Retention retention;
  private final Duration limit;
  private final BatchSize batches;

  // Of the loop's thread.
  private final Queue<Target> targets = new ArrayDeque<>();
  private final Set<String> warned = new HashSet<>();
  private final RefusedRows refused =
      new RefusedRows(LOG, "has been kept as long as it is to be and can't be deleted");

  /**
   * Creates it.
   *
   * @param gate lets one client of the fleet do it
   * @param cleanings deletes jobs
   * @param retention how long jobs are kept whose queue doesn't say
   */
  public JobCleaner(UpkeepGate gate, JobCleanings cleanings, Retention retention) {
    this(gate, cleanings, retention, Duration.ofSeconds(30), new BatchSize(1_000));
  }

  JobCleaner(
      UpkeepGate gate,
      JobCleanings cleanings,
      Retention retention,
      Duration limit,
      BatchSize batches) {
    this.gate = gate;
    this.cleanings = cleanings;
    this.retention = retention;
    this.limit = limit;
    this.batches = batches;
  }

  @Override
  public Duration run() {
    Target target = targets.peek();
    boolean myTurn = target == null ? look() : clean(target);
    if (!myTurn) {
      return UNTIL_ITS_TURN;
    }
    return targets.isEmpty() ? BETWEEN_LOOKS : BETWEEN_BATCHES;
  }

  private boolean look() {
    Optional<Found> found =
        gate.pass(DUTY, limit, db -> new Found(cleanings.ended(db), cleanings.retentions(db)));
    found.ifPresent(now -> now.ended().forEach(ended -> add(ended, now.retentions())));
    return found.isPresent();
  }

  private void add(Ended ended, Map<String, String> retentions) {
    kept(ended.state(), retentionOf(ended.queue(), retentions))
        .filter(kept -> ended.age() >= kept.toNanos() / 1e9)
        .ifPresent(kept -> targets.add(new Target(ended, kept, Optional.empty())));
  }

  private Retention retentionOf(String queue, Map<String, String> retentions) {
    String stored = retentions.get(queue);
    if (stored == null) {
      return retention;
    }
    Optional<Retention> own = RetentionJson.decode(stored);
    if (own.isEmpty() && warned.add(queue)) {
      LOG.warn(
          "queue {}: what it says of the retention of its jobs can't be read, so that of this client"
              + " counts: {}",
          queue,
          stored);
    }
    return own.orElse(retention);
  }

  private static Optional<Duration> kept(JobState state, Retention retention) {
    return switch (state) {
      case COMPLETED -> retention.completed();
      case CANCELLED -> retention.cancelled();
      case DISCARDED -> retention.discarded();
      case AVAILABLE, PENDING, RETRYABLE, RUNNING, SCHEDULED -> Optional.empty();
    };
  }

  private boolean clean(Target target) {
    int size = batches.current();
    Optional<Deleted> deleted = deleted(target);
    if (deleted.isEmpty()) {
      targets.clear(); // another client goes on
      return false;
    }
    targets.remove();
    if (deleted.get().jobs() == size) {
      targets.add(new Target(target.ended(), target.kept(), deleted.get().lastAt()));
    }
    return true;
  }

  private Optional<Deleted> deleted(Target target) {
    try {
      return batches.run(most -> delete(target, most));
    } catch (DatabaseException e) {
      if (!e.isTimeout() || batches.isReduced()) {
        targets.remove(); // until the next look: what is wrong with one queue must not harm others
      }
      throw e;
    }
  }

  private Optional<Deleted> delete(Target target, int most) {
    if (refused.ids().isEmpty()) {
      try {
        return gate.pass(
            DUTY,
            limit,
            db -> cleanings.delete(db, target.ended(), target.kept(), target.from(), most));
      } catch (RuntimeException e) {
        if (!RowFaults.mayBe(e)) {
          throw e;
        }
      }
    }
    Place place = new Place(target.from(), refused.ids());
    return gate.pass(
        DUTY,
        limit,
        db -> cleanings.deleteEach(db, target.ended(), target.kept(), place, most, refused::add));
  }

  private record Found(List<Ended> ended, Map<String, String> retentions) {}

  /** Jobs to delete, from a place on. */
  private record Target(Ended ended, Duration kept, Optional<String> from) {}
}
