package dev.river.internal.work;

import dev.river.internal.store.JobClaims;
import dev.river.internal.store.RowFaults;
import dev.river.internal.store.SingleClaims.Found;
import dev.river.job.JobRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/**
 * Claims jobs of one queue for one client, as far as they can be read and there is memory for them.
 * After a claim without an answer, and even if there is no next one for the time being, it looks
 * for jobs that are claimed for this client without it knowing of them, see {@link ClaimDoubt}.
 * Belongs to one thread.
 */
final class Claimer {
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
  private static final Duration WHILE_MEMORY_IS_SHORT = Duration.ofMillis(50);
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
    int left = limit - large.pending().size(); // those have slots already
    List<JobRow> rows = left > 0 ? new ArrayList<>(claimNew(left)) : new ArrayList<>();
    if (rows.isEmpty() && !large.pending().isEmpty()) {
      rows.addAll(readLarge());
    }
    hasMore |= !large.pending().isEmpty();
    return rows;
  }

  private List<JobRow> claimNew(int limit) {
    List<JobRow> rows = new ArrayList<>(claimSome(due(memoryIsShort), limit));
    if (memoryIsShort && rows.size() < limit && large.haveRoom()) {
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
    if (large.haveRoom()) {
      return large.readNext();
    }
    large.putBack();
    memoryIsShort = true;
    return List.of();
  }

  /** Puts back what it has claimed and not given to anybody. */
  void putBack() {
    hasMore = false;
    large.putBack();
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
    boolean waits = memoryIsShort && rest.compareTo(WHILE_MEMORY_IS_SHORT) > 0;
    return doubt.restAtMost(waits ? WHILE_MEMORY_IS_SHORT : rest);
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
        all.addAll(large.pending());
        return new JobClaims.UnknownTo(source.clientId(), all);
      }
    };
  }
}
