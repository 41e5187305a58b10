package dev.river.internal.work;

import dev.river.internal.store.JobClaims;
import dev.river.internal.store.RowFaults;
import dev.river.internal.store.SingleClaims.Found;
import dev.river.job.JobRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims jobs of one queue for one client, as far as they can be read and there is memory for them.
 * After a claim without an answer, and even if there is no next one for the time being, it looks
 * for jobs that are claimed for this client without it knowing of them, see {@link ClaimDoubt}.
 * Belongs to one thread.
 */
final class Claimer {
  private static final Logger LOG = LoggerFactory.getLogger(Claimer.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
  private static final Duration WHILE_SOMETHING_WAITS = Duration.ofMillis(50);
  private static final int SHARE_OF_MEMORY = 8;

  private final ClaimSource source;
  private final String queue;
  private final ClaimedJobs claimed;
  private final QueueWalk walk;
  private final ClaimDoubt doubt;
  private final ClaimSieve sieve;
  private final LargeJobs large;

  /** Large jobs were put back; small ones pass them until there is room again. */
  private boolean memoryIsShort;

  private boolean hasMore;

  /** Whether it is the turn of large jobs that are claimed; otherwise it is that of new ones. */
  private boolean largeNext;

  Claimer(ClaimSource source, String queue, ClaimedJobs claimed) {
    this(source, queue, claimed, BETWEEN_LOOKS, Runtime.getRuntime().maxMemory() / SHARE_OF_MEMORY);
  }

  /**
   * Creates it.
   *
   * @param betweenLooks how long it waits at first between two looks for jobs that it doesn't know
   * @param room how many characters the contents of large jobs may have together
   */
  Claimer(ClaimSource source, String queue, ClaimedJobs claimed, Duration betweenLooks, long room) {
    this.source = source;
    this.queue = queue;
    this.claimed = claimed;
    this.walk = new QueueWalk(source, queue);
    this.doubt = new ClaimDoubt(betweenLooks);
    this.sieve = new ClaimSieve(source);
    this.large = new LargeJobs(source, claimed, room);
  }

  /**
   * {@return jobs that are claimed for this client without it knowing of them}
   *
   * @param limit how many at most
   */
  List<JobRow> recover(int limit) {
    int left = limit - large.pending().size(); // those have slots already
    if (left <= 0 || !doubt.isLookDue()) {
      return List.of();
    }
    long began = System.nanoTime();
    List<JobRow> unknown = sieve.claim(unknown(), left);
    if (unknown.isEmpty()) {
      doubt.foundNothing(System.nanoTime() - began);
    }
    return large.keepLarge(unknown); // if that fails, they are found again
  }

  /**
   * {@return jobs that are this client's to work now}
   *
   * @param limit how many at most
   */
  List<JobRow> claim(int limit) {
    hasMore = false;
    List<JobRow> rows = claimByTurns(limit);
    hasMore |= !large.pending().isEmpty() && large.haveRoom();
    return rows;
  }

  /** Large jobs and new ones take turns, so that however many come, neither wait for ever. */
  private List<JobRow> claimByTurns(int limit) {
    if (largeNext) {
      List<JobRow> rows = readLarge();
      if (!rows.isEmpty()) {
        return rows;
      }
    }
    int left = limit - large.pending().size(); // those have slots already
    List<JobRow> rows = left > 0 ? claimNew(left) : List.of();
    largeNext = !rows.isEmpty();
    return rows.isEmpty() ? readLarge() : rows;
  }

  /** While memory is short most of them are small; one is the next, whatever its size. */
  private List<JobRow> claimNew(int limit) {
    boolean oneMore = memoryIsShort && large.haveRoom();
    int some = oneMore ? limit - 1 : limit;
    List<JobRow> rows = new ArrayList<>();
    if (some > 0) {
      rows.addAll(claimSome(due(memoryIsShort), some));
    }
    if (oneMore) {
      List<JobRow> one = claimOneMore(rows);
      memoryIsShort = !one.isEmpty() || !large.pending().isEmpty();
      rows.addAll(one);
    }
    return rows;
  }

  private List<JobRow> claimOneMore(List<JobRow> claimedBefore) {
    try {
      return claimSome(due(false), 1);
    } catch (RuntimeException | Error e) {
      if (!claimedBefore.isEmpty()) {
        doubt(); // nobody begins them
      }
      throw e;
    }
  }

  private List<JobRow> claimSome(ClaimSieve.Jobs due, int limit) {
    int asked = sieve.atMost(limit);
    boolean kept = false;
    try {
      List<JobRow> rows = sieve.claim(due, limit);
      kept = true;
      hasMore |= !rows.isEmpty() && (memoryIsShort || asked < limit);
      return large.keepLarge(rows);
    } catch (RuntimeException | Error e) {
      if (kept || !RowFaults.isRefusal(e)) {
        doubt(); // they are claimed, and nobody begins them, or nobody knows
      }
      throw e;
    }
  }

  private List<JobRow> readLarge() {
    largeNext = false;
    if (large.pending().isEmpty()) {
      return List.of();
    }
    if (large.haveRoom()) {
      return large.readNext();
    }
    large.putBack();
    memoryIsShort = true;
    return List.of();
  }

  /**
   * Puts back what it has claimed and not given to anybody. Jobs stay whose rows other transactions
   * hold; to be called again.
   */
  void putBack() {
    hasMore = false;
    large.putBack();
  }

  /**
   * Puts back what it has claimed and not given to anybody, for good: what can't be put back in
   * time stays running until it is rescued.
   *
   * @param limit how long it waits at most for rows that other transactions hold
   */
  void putBackWithin(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    try {
      putBack();
      while (!large.pending().isEmpty() && System.nanoTime() - end < 0) {
        LockSupport.parkNanos(WHILE_SOMETHING_WAITS.toNanos());
        putBack();
      }
    } finally {
      List<Long> left = large.abandon();
      if (!left.isEmpty()) {
        LOG.warn(
            "queue {}: {} claimed jobs were not begun and can't be put back, they stay running"
                + " until they are rescued: {}",
            queue,
            left.size(),
            left.stream().limit(100).toList());
      }
    }
  }

  /** Notes that jobs may be claimed without the client knowing of them. */
  void doubt() {
    doubt.begin();
  }

  /** {@return whether the last claim has left jobs although it did not reach its limit} */
  boolean hasMore() {
    return hasMore;
  }

  /** {@return how long to rest, if it would be as long as given but for what it waits for} */
  Duration restAtMost(Duration rest) {
    boolean waits = memoryIsShort || !large.pending().isEmpty();
    boolean tooLong = waits && rest.compareTo(WHILE_SOMETHING_WAITS) > 0;
    return doubt.restAtMost(tooLong ? WHILE_SOMETHING_WAITS : rest);
  }

  private ClaimSieve.Jobs due(boolean onlySmall) {
    return new ClaimSieve.Jobs() {
      @Override
      public List<JobRow> claim(int limit) {
        List<Long> refused = sieve.passedOver();
        if (!onlySmall && refused.isEmpty()) {
          return walk.claim(limit);
        }
        var passedOver = new JobClaims.PassedOver(refused, onlySmall);
        return source
            .database()
            .call(
                db ->
                    source
                        .claims()
                        .claimPassingOver(db, queue, source.clientId(), limit, passedOver));
      }

      @Override
      public boolean isUnchanged(Throwable failure) {
        return RowFaults.isRefusal(failure);
      }

      @Override
      public Optional<Found> first(DSLContext db) {
        return source.singleClaims().firstDue(db, queue, sieve.passedOver());
      }
    };
  }

  private ClaimSieve.Jobs unknown() {
    List<Long> known = new ArrayList<>(claimed.ids());
    return new ClaimSieve.Jobs() {
      @Override
      public List<JobRow> claim(int limit) {
        return source
            .database()
            .call(db -> source.claims().claimedUnknown(db, queue, search(), limit));
      }

      @Override
      public boolean isUnchanged(Throwable failure) {
        return true; // it was only a look
      }

      @Override
      public Optional<Found> first(DSLContext db) {
        return source.singleClaims().firstUnknown(db, queue, search());
      }

      private JobClaims.UnknownTo search() {
        List<Long> all = new ArrayList<>(known);
        all.addAll(sieve.passedOver());
        return new JobClaims.UnknownTo(source.clientId(), all);
      }
    };
  }
}
