package dev.river.internal.work;

import dev.river.internal.store.FinishedAttempt;
import dev.river.internal.store.JobContents;
import dev.river.internal.store.JobContents.Contents;
import dev.river.internal.store.LockWait;
import dev.river.internal.store.Outcome;
import dev.river.internal.store.RowFaults;
import dev.river.job.JobRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what claims leave out because it is large, as far as there is memory for it: the large jobs
 * of a client may take an eighth of the JVM's memory as text, and one is always allowed. For which
 * there is none now are put back, as if they had not been claimed; one that can't be read fails.
 * Belongs to one thread.
 */
final class LargeJobs {
  private static final Logger LOG = LoggerFactory.getLogger(LargeJobs.class);

  /** As they are stored; compressed texts are up to a hundred times as long. */
  private static final int BYTES_READ_ALONE = 16 * 1024;

  private static final int BYTES_READ_TOGETHER = 64 * 1024;

  /** From so many characters on the contents of a job count. */
  private static final int COUNTED = 16 * 1024;

  /** Of which one job is always allowed. */
  private static final int HUGE = 1024 * 1024;

  private final ClaimSource source;
  private final ClaimedJobs claimed;
  private final long room;

  /** After so many tries to read a job that took too long, it fails. */
  private static final int SLOW_READS = 2;

  /** Claimed and not read yet, in the order of their claim. */
  private final Map<Long, Pending> pending = new LinkedHashMap<>();

  private final Map<Long, Integer> slowReads = new HashMap<>();

  LargeJobs(ClaimSource source, ClaimedJobs claimed, long room) {
    this.source = source;
    this.claimed = claimed;
    this.room = room;
  }

  /** {@return whether there is memory for a large job} */
  boolean haveRoom() {
    return claimed.chars(COUNTED) < room || claimed.chars(HUGE) == 0;
  }

  /** {@return how long the arguments and the metadata of a job are} */
  static long chars(JobRow row) {
    return (long) row.encodedArgs().length() + row.metadata().length();
  }

  /** A job, and how many bytes its contents take as they are stored. */
  private record Pending(JobRow row, int bytes) {
    Pending alone() {
      return new Pending(row, Math.max(bytes, BYTES_READ_TOGETHER));
    }
  }

  /**
   * {@return those of some jobs that are read already} The others are read by {@link #readNext}.
   *
   * @param rows the jobs, as they were claimed
   */
  List<JobRow> keepLarge(List<JobRow> rows) {
    List<JobRow> large = rows.stream().filter(row -> !JobContents.areRead(row)).toList();
    if (large.isEmpty()) {
      return rows;
    }
    List<Long> ids = large.stream().map(JobRow::id).toList();
    Map<Long, Integer> sizes = source.database().call(db -> JobContents.storedSizes(db, ids));
    claimed.hold(large);
    large.forEach(row -> pending.put(row.id(), new Pending(row, sizes.getOrDefault(row.id(), 0))));
    return rows.stream().filter(JobContents::areRead).toList();
  }

  /** {@return the jobs that are claimed and not read yet} */
  List<Long> pending() {
    return List.copyOf(pending.keySet());
  }

  /** {@return the next jobs, with all that belongs to them; none if they can't be read} */
  List<JobRow> readNext() {
    List<JobRow> group = nextGroup();
    try {
      List<Contents> found =
          source.database().forBytes(bytes(group)).call(db -> JobContents.read(db, group));
      return taken(group, found);
    } catch (RuntimeException | Error e) {
      group.forEach(row -> pending.computeIfPresent(row.id(), (id, next) -> next.alone()));
      boolean slow = RowFaults.isTimeout(e);
      if (!RowFaults.mayBe(e) && !RowFaults.isOutOfMemory(e) && !slow) {
        throw e;
      }
      if (group.size() == 1) {
        giveUp(group.getFirst(), e);
      }
      return List.of();
    }
  }

  /** Those that are found are held until they begin, the others run elsewhere. */
  private List<JobRow> taken(List<JobRow> group, List<Contents> found) {
    List<JobRow> rows = found.stream().map(Contents::row).toList();
    found.stream().filter(Contents::isCancelled).map(Contents::row).forEach(claimed::cancel);
    Set<Long> ids = rows.stream().map(JobRow::id).collect(Collectors.toSet());
    claimed.remove(group.stream().filter(row -> !ids.contains(row.id())).toList());
    forget(group);
    return rows;
  }

  private List<JobRow> nextGroup() {
    List<JobRow> group = new ArrayList<>();
    long bytes = 0;
    for (Pending next : pending.values()) {
      int size = next.bytes() > BYTES_READ_ALONE ? BYTES_READ_TOGETHER : next.bytes();
      if (!group.isEmpty() && bytes + size > BYTES_READ_TOGETHER) {
        break;
      }
      group.add(next.row());
      bytes += size;
    }
    return group;
  }

  private long bytes(List<JobRow> group) {
    return group.stream().map(JobRow::id).map(pending::get).mapToLong(Pending::bytes).sum();
  }

  /** The job can't be read, at least not now. */
  private void giveUp(JobRow row, Throwable failure) {
    if (RowFaults.isOutOfMemory(failure) && claimed.chars(HUGE) > 0) {
      putBack(); // for lack of memory, which others use now
    } else if (!RowFaults.isTimeout(failure)
        || slowReads.merge(row.id(), 1, Integer::sum) >= SLOW_READS) {
      fail(row, failure);
    }
  }

  private void forget(List<JobRow> rows) {
    for (JobRow row : rows) {
      pending.remove(row.id());
      slowReads.remove(row.id());
    }
  }

  /**
   * Puts the jobs back that are not read yet. Those stay whose rows other transactions hold; to be
   * called again.
   */
  void putBack() {
    if (!pending.isEmpty()) {
      end(
          pending.values().stream()
              .map(next -> new FinishedAttempt(next.row(), new Outcome.Interrupted()))
              .toList());
    }
  }

  /**
   * Gives up the jobs that are not read yet and could not be put back.
   *
   * @return which ones
   */
  List<Long> abandon() {
    List<Long> left = pending();
    claimed.remove(pending.values().stream().map(Pending::row).toList());
    pending.clear();
    slowReads.clear();
    return left;
  }

  private void fail(JobRow row, Throwable failure) {
    String reason = "the job's arguments and metadata can't be read: " + RowFaults.reason(failure);
    LOG.warn(
        "job {} (kind {}): attempt {} of {} failed: {}",
        row.id(),
        row.kind(),
        row.attempt(),
        row.maxAttempts(),
        reason);
    Outcome outcome =
        Outcomes.tryAgainOrDiscard(
            row, Outcomes.error(row, reason, ""), () -> UnreadableJobs.delay(row.errors().size()));
    pending.put(row.id(), pending.remove(row.id())); // if its row is held, others come before it
    end(List.of(new FinishedAttempt(row, outcome)));
  }

  /** One that the database refuses does not keep the others from it. */
  private void end(List<FinishedAttempt> ended) {
    try {
      store(ended);
    } catch (RuntimeException e) {
      if (ended.size() == 1 || !RowFaults.mayBe(e)) {
        throw e;
      }
      endEach(ended);
    }
  }

  private void endEach(List<FinishedAttempt> ended) {
    List<RuntimeException> failures = new ArrayList<>();
    for (FinishedAttempt one : ended) {
      try {
        store(List.of(one));
      } catch (RuntimeException e) {
        failures.add(e);
      }
    }
    if (!failures.isEmpty()) {
      RuntimeException first = failures.removeFirst();
      failures.forEach(first::addSuppressed);
      throw first;
    }
  }

  /** Those are forgotten that are stored, and those that don't run their attempts any more. */
  private void store(List<FinishedAttempt> ended) {
    List<JobRow> rows = ended.stream().map(FinishedAttempt::job).toList();
    Set<Long> stored =
        source
            .database()
            .call(db -> source.results().store(db, source.clientId(), ended, LockWait.NONE));
    List<JobRow> left = rows.stream().filter(row -> !stored.contains(row.id())).toList();
    Set<Long> locked =
        left.isEmpty()
            ? Set.of()
            : source
                .database()
                .call(db -> source.results().late().stillRunning(db, source.clientId(), left));
    List<JobRow> done = rows.stream().filter(row -> !locked.contains(row.id())).toList();
    forget(done);
    claimed.remove(done);
  }
}
