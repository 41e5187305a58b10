package dev.river.internal.work;

import dev.river.internal.store.RefusedRows;
import dev.river.internal.store.RowFaults;
import dev.river.internal.store.SingleClaims.Found;
import dev.river.job.JobRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims jobs so that one that can't be claimed or read doesn't keep the others from it: after an
 * error that a row may be at fault for, or when an answer took too long, it claims the next job
 * alone and without its contents, then two, then four and so on. One that can't be claimed alone is
 * ended with an error, or passed over if not even that is possible, or while nothing shows that it
 * is at fault and not a missing privilege or table. After an error for lack of memory it claims
 * half as many. Belongs to one thread.
 */
final class ClaimSieve {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimSieve.class);
  private static final int LARGEST_CLAIM = 1_000;

  /** After so many jobs in a row that can't be changed, the database is at fault, not they. */
  private static final int REFUSED_IN_A_ROW = 20;

  private static final int MOST_SUSPECTS = 1_000;

  private final ClaimSource source;
  private final RefusedRows refused = new RefusedRows(LOG, "can't be claimed, nor be ended");
  private int most = LARGEST_CLAIM;

  /** Whether the next one is claimed alone, without its contents. */
  private boolean alone;

  private int refusedInARow;

  /** What was claimed when a job was suspected, by its id; the youngest. */
  private final Map<Long, Long> suspects = new LinkedHashMap<>();

  private long claims;

  ClaimSieve(ClaimSource source) {
    this.source = source;
  }

  /** Where jobs come from. */
  interface Jobs {
    /** {@return the first jobs, claimed} */
    List<JobRow> claim(int limit);

    /** {@return whether a failed claim has surely changed nothing} */
    boolean isUnchanged(Throwable failure);

    /** {@return the first job, locked} */
    Optional<Found> first(DSLContext db);
  }

  /** {@return jobs that can't be claimed for now} */
  List<Long> passedOver() {
    return refused.ids();
  }

  /** {@return how many jobs of so many it would claim now} */
  int atMost(int limit) {
    return alone ? 1 : Math.min(limit, most);
  }

  /**
   * {@return claimed jobs}
   *
   * @param jobs where they come from
   * @param limit how many at most
   */
  List<JobRow> claim(Jobs jobs, int limit) {
    while (true) {
      if (alone) {
        Optional<Single> single = claimOne(jobs);
        alone = false;
        most = 2;
        if (single.isEmpty() || single.get().row().isPresent()) {
          return new ArrayList<>(single.flatMap(Single::row).stream().toList());
        }
      }
      int size = Math.min(limit, most);
      try {
        List<JobRow> rows = jobs.claim(size);
        most = Math.min(LARGEST_CLAIM, most * 2);
        rows.forEach(row -> claimed(row.id()));
        return rows;
      } catch (RuntimeException | Error e) {
        boolean ofRow = RowFaults.mayBe(e);
        if (ofRow || RowFaults.isTimeout(e)) {
          alone = true; // most often it is the first one, which every claim meets
        } else if (RowFaults.isOutOfMemory(e)) {
          most = Math.max(1, size / 2);
        }
        if (!ofRow || !jobs.isUnchanged(e)) {
          throw e;
        }
      }
    }
  }

  /** The first job: claimed, or ended instead. */
  private record Single(Optional<JobRow> row) {}

  /** {@return the first job; empty if there is none} */
  private Optional<Single> claimOne(Jobs jobs) {
    return source.database().callAtomically(db -> jobs.first(db).map(job -> claimOrEnd(db, job)));
  }

  private Single claimOrEnd(DSLContext db, Found job) {
    try {
      JobRow row = source.singleClaims().claim(db, job.id(), source.clientId());
      refusedInARow = 0;
      claimed(job.id());
      return new Single(Optional.of(row));
    } catch (RuntimeException e) {
      if (!RowFaults.mayBe(e)) {
        throw e;
      }
      if (RowFaults.isCertain(e) || isShown(job.id())) {
        end(db, job, e);
      } else {
        suspect(job.id(), e);
      }
      return new Single(Optional.empty());
    }
  }

  private void claimed(long id) {
    claims++;
    suspects.remove(id);
  }

  /** {@return whether others could be claimed since a job was suspected, so that it is at fault} */
  private boolean isShown(long id) {
    Long then = suspects.get(id);
    return then != null && claims > then;
  }

  private void suspect(long id, RuntimeException failure) {
    suspects.putIfAbsent(id, claims);
    if (suspects.size() > MOST_SUSPECTS) {
      suspects.remove(suspects.keySet().iterator().next());
    }
    passOver(id, failure);
  }

  private void passOver(long id, RuntimeException failure) {
    if (++refusedInARow > REFUSED_IN_A_ROW) {
      throw failure;
    }
    refused.add(id, failure);
  }

  private void end(DSLContext db, Found job, RuntimeException failure) {
    String reason = "the job can't be claimed: " + RowFaults.reason(failure);
    try {
      source.singleClaims().fail(db, job, source.clientId(), reason, delay(job));
      refusedInARow = 0;
      suspects.remove(job.id());
      LOG.warn(
          "job {} (kind {}): attempt {} of {} failed: {}",
          job.id(),
          job.kind(),
          job.attempt(),
          job.maxAttempts(),
          reason);
    } catch (RuntimeException e) {
      if (!RowFaults.mayBe(e)) {
        throw e;
      }
      passOver(job.id(), e);
    }
  }

  /** River's policy, since no other can be asked about a job that can't be read. */
  private static Duration delay(Found job) {
    return UnreadableJobs.delay(job.errors());
  }
}
