package dev.river.internal.work;

import dev.river.internal.store.FinishedAttempt;
import dev.river.internal.store.JobContents;
import dev.river.internal.store.Outcome;
import dev.river.internal.store.RowFaults;
import dev.river.job.JobRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  private static final int BYTES_READ_ALONE = 64 * 1024;

  private static final int BYTES_READ_TOGETHER = 256 * 1024;

  /** From so many characters on the contents of a job count. */
  private static final int COUNTED = 16 * 1024;

  /** Of which one job is always allowed. */
  private static final int HUGE = 1024 * 1024;

  private final ClaimSource source;
  private final ClaimedJobs claimed;
  private final long room;

  /** Of the jobs that are being read. */
  private final Map<Long, JobRow> read = new HashMap<>();

  private final List<JobRow> noRoom = new ArrayList<>();

  LargeJobs(ClaimSource source, ClaimedJobs claimed, long room) {
    this.source = source;
    this.claimed = claimed;
    this.room = room;
  }

  /** {@return whether there is memory for a large job} */
  boolean haveRoom() {
    return charsOver(COUNTED) < room || charsOver(HUGE) == 0;
  }

  private long charsOver(int least) {
    return claimed.chars(least)
        + read.values().stream().mapToLong(LargeJobs::chars).filter(size -> size >= least).sum();
  }

  /** {@return how long the arguments and the metadata of a job are} */
  static long chars(JobRow row) {
    return (long) row.encodedArgs().length() + row.metadata().length();
  }

  /**
   * What a claim has brought.
   *
   * @param rows the jobs that are read, in the order of the claim
   * @param putBack how many were put back
   */
  record Read(List<JobRow> rows, int putBack) {}

  /**
   * {@return jobs that were claimed, with all that belongs to them}
   *
   * @param rows the jobs, as they were claimed
   */
  Read read(List<JobRow> rows) {
    List<JobRow> large = rows.stream().filter(row -> !JobContents.areRead(row)).toList();
    if (large.isEmpty()) {
      return new Read(rows, 0);
    }
    read.clear();
    noRoom.clear();
    try {
      groups(large).forEach(this::readGroup);
      putBack();
      List<JobRow> whole =
          rows.stream()
              .flatMap(
                  row ->
                      JobContents.areRead(row)
                          ? java.util.stream.Stream.of(row)
                          : Optional.ofNullable(read.get(row.id())).stream())
              .toList();
      return new Read(whole, noRoom.size());
    } finally {
      read.clear();
      noRoom.clear();
    }
  }

  private List<List<JobRow>> groups(List<JobRow> large) {
    Map<Long, Integer> sizes =
        source
            .database()
            .call(db -> JobContents.storedSizes(db, large.stream().map(JobRow::id).toList()));
    List<List<JobRow>> groups = new ArrayList<>();
    List<JobRow> group = new ArrayList<>();
    long bytes = 0;
    for (JobRow row : large) {
      int size = sizes.getOrDefault(row.id(), 0);
      if (!group.isEmpty() && (size > BYTES_READ_ALONE || bytes + size > BYTES_READ_TOGETHER)) {
        groups.add(group);
        group = new ArrayList<>();
        bytes = 0;
      }
      group.add(row);
      bytes += size > BYTES_READ_ALONE ? BYTES_READ_TOGETHER : size;
    }
    groups.add(group);
    return groups;
  }

  private void readGroup(List<JobRow> group) {
    if (!haveRoom()) {
      noRoom.addAll(group);
      return;
    }
    try {
      source
          .database()
          .call(db -> JobContents.read(db, group))
          .forEach(row -> read.put(row.id(), row));
    } catch (RuntimeException | Error e) {
      if (!RowFaults.mayBe(e) && !RowFaults.isOutOfMemory(e)) {
        throw e;
      }
      if (group.size() > 1) {
        group.forEach(row -> readGroup(List.of(row)));
      } else if (RowFaults.isOutOfMemory(e) && charsOver(HUGE) > 0) {
        noRoom.addAll(group); // for lack of memory, which others use now
      } else {
        fail(group.getFirst(), e);
      }
    }
  }

  private void putBack() {
    if (!noRoom.isEmpty()) {
      store(
          noRoom.stream().map(row -> new FinishedAttempt(row, new Outcome.Interrupted())).toList());
    }
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
    store(List.of(new FinishedAttempt(row, outcome)));
  }

  private void store(List<FinishedAttempt> ended) {
    source.database().run(db -> source.results().store(db, source.clientId(), ended));
  }
}
