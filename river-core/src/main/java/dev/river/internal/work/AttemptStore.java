package dev.river.internal.work;

import dev.river.internal.codec.JsonCodec;
import dev.river.internal.service.Service;
import dev.river.internal.service.ServiceLoop;
import dev.river.internal.store.Database;
import dev.river.internal.store.FinishedAttempt;
import dev.river.internal.store.JobResults;
import dev.river.internal.store.Outcome;
import dev.river.job.JobRow;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what attempts want stored before they end. */
public final class AttemptStore implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(AttemptStore.class);

  private static final int LARGEST_BATCH = 1_000;
  private static final long LARGEST_CHARS = 4_000_000;

  /** So that a worker that tells its progress all the time costs one statement a while. */
  private static final Duration BETWEEN_WRITES = Duration.ofMillis(500);

  private static final Duration UNTIL_WOKEN = Duration.ofHours(1);

  private final String clientId;
  private final Database database;
  private final JobResults results;
  private final JsonCodec codec;
  private final ServiceLoop loop;
  private final ReentrantLock lock = new ReentrantLock();

  /** The newest metadata of jobs that is to be written; guarded by lock. */
  private final Map<Long, Pending> pending = new LinkedHashMap<>();

  private long nextWrite = System.nanoTime(); // owned by the loop's thread

  /** Whether the last write was refused for a reason that might have passed; as nextWrite. */
  private boolean refusedBefore;

  private final Set<Long> warned = new HashSet<>(); // as nextWrite

  private record Pending(JobRow job, Map<String, String> metadata) {

    /** {@return the job, without the metadata} */
    @Override
    public String toString() {
      return "Pending[job=%s]".formatted(job);
    }
  }

  /**
   * Creates it.
   *
   * @param clientId the client that claimed the jobs
   * @param database where it writes
   * @param results how it writes
   * @param codec writes JSON
   */
  public AttemptStore(String clientId, Database database, JobResults results, JsonCodec codec) {
    this.clientId = clientId;
    this.database = database;
    this.results = results;
    this.codec = codec;
    this.loop = new ServiceLoop(clientId, "progress", this::pass);
  }

  @Override
  public void start() {
    loop.start();
  }

  @Override
  public void stop() {
    loop.stop();
  }

  /** Merges metadata into that of a running job, in a while. */
  void writeSoon(JobRow job, Map<String, String> metadata) {
    lock.lock();
    try {
      pending.put(job.id(), new Pending(job, metadata));
    } finally {
      lock.unlock();
    }
    loop.wake();
  }

  JobRow completeOn(DSLContext tx, JobRow job, Optional<String> metadata) {
    return database.in(tx).call(db -> complete(db, job, metadata));
  }

  JobRow completeOn(Connection tx, JobRow job, Optional<String> metadata) {
    return database.in(tx).call(db -> complete(db, job, metadata));
  }

  void mergeOn(DSLContext tx, JobRow job, String metadata) {
    database.in(tx).run(db -> merge(db, job, metadata));
  }

  void mergeOn(Connection tx, JobRow job, String metadata) {
    database.in(tx).run(db -> merge(db, job, metadata));
  }

  private int merge(DSLContext db, JobRow job, String metadata) {
    int merged = results.mergeMetadata(db, clientId, List.of(new JobResults.Merge(job, metadata)));
    if (merged == 0) {
      throw new IllegalStateException(notRunning(job));
    }
    return merged;
  }

  private static String notRunning(JobRow job) {
    return "job %s does not run attempt %s of this client any more"
        .formatted(job.id(), job.attempt());
  }

  private JobRow complete(DSLContext db, JobRow job, Optional<String> metadata) {
    var finished = new FinishedAttempt(job, new Outcome.Completed(), metadata, true);
    return results.storeAndReturn(db, clientId, List.of(finished)).stream()
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(notRunning(job)));
  }

  private Duration pass() {
    long early = nextWrite - System.nanoTime();
    if (early > 0) {
      return Duration.ofNanos(early);
    }
    List<Pending> some = take();
    if (some.isEmpty()) {
      return UNTIL_WOKEN;
    }
    nextWrite = System.nanoTime() + BETWEEN_WRITES.toNanos();
    write(some);
    refusedBefore = false;
    return BETWEEN_WRITES;
  }

  /** One that the database refuses doesn't keep the others from being written. */
  private void write(List<Pending> some) {
    Deque<List<Pending>> parts = new ArrayDeque<>(List.of(some));
    while (!parts.isEmpty()) {
      List<Pending> part = parts.remove();
      long began = System.nanoTime();
      try {
        writeBack(part);
      } catch (RuntimeException | OutOfMemoryError e) {
        Refusal refusal = Refusal.of(e, Duration.ofNanos(System.nanoTime() - began));
        if (refusal == Refusal.AWAY || (refusal != Refusal.OF_ROW && !refusedBefore)) {
          refusedBefore = refusal != Refusal.AWAY;
          putBack(part);
          parts.forEach(this::putBack);
          throw e;
        }
        split(part, parts, refusal, e);
      }
    }
  }

  private void split(
      List<Pending> part, Deque<List<Pending>> parts, Refusal refusal, Throwable failure) {
    if (part.size() > 1) {
      int middle = part.size() / 2;
      parts.addFirst(part.subList(middle, part.size()));
      parts.addFirst(part.subList(0, middle));
      return;
    }
    if (refusal == Refusal.OF_ROW || refusal == Refusal.IN_DOUBT) {
      warnOnce(part.getFirst().job().id(), failure);
    }
    if (refusal != Refusal.OF_ROW) { // such progress is stored with the outcome, if it can be
      putBack(part);
    }
  }

  private void warnOnce(long id, Throwable failure) {
    if (warned.size() == LARGEST_BATCH) {
      warned.clear();
    }
    if (warned.add(id)) {
      LOG.warn("job {}: its progress is refused", id, failure);
    }
  }

  /** Rows that others hold are passed over, and their progress is written in a while. */
  private void writeBack(List<Pending> some) {
    List<JobResults.Merge> merges =
        some.stream()
            .map(one -> new JobResults.Merge(one.job(), codec.encodeObject(one.metadata())))
            .toList();
    long bytes = merges.stream().mapToLong(merge -> merge.metadata().length()).sum();
    Set<Long> written =
        database.forBytes(bytes).call(db -> results.mergeWhereFree(db, clientId, merges));
    List<Pending> left = some.stream().filter(one -> !written.contains(one.job().id())).toList();
    if (!left.isEmpty()) {
      List<JobRow> jobs = left.stream().map(Pending::job).toList();
      Set<Long> running = database.call(db -> results.late().stillRunning(db, clientId, jobs));
      putBack(left.stream().filter(one -> running.contains(one.job().id())).toList());
    }
  }

  /** What is told meanwhile is newer and counts. */
  private void putBack(List<Pending> some) {
    lock.lock();
    try {
      some.forEach(one -> pending.putIfAbsent(one.job().id(), one));
    } finally {
      lock.unlock();
    }
  }

  private List<Pending> take() {
    lock.lock();
    try {
      List<Pending> some = new ArrayList<>();
      long chars = 0;
      Iterator<Pending> all = pending.values().iterator();
      while (all.hasNext() && some.size() < LARGEST_BATCH && chars < LARGEST_CHARS) {
        Pending one = all.next();
        all.remove();
        some.add(one);
        chars += one.metadata().values().stream().mapToLong(String::length).sum();
      }
      return some;
    } finally {
      lock.unlock();
    }
  }
}
