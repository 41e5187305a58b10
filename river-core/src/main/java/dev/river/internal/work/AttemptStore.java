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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jooq.DSLContext;

/** Writes what attempts want stored before they end. */
public final class AttemptStore implements Service {
  private static final int LARGEST_BATCH = 1_000;

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

  private record Pending(JobRow job, Map<String, String> metadata) {}

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
    this.loop = new ServiceLoop("river-" + clientId + "-progress", this::pass);
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
    return database.callOn(tx, db -> complete(db, job, metadata));
  }

  JobRow completeOn(Connection tx, JobRow job, Optional<String> metadata) {
    return complete(database.on(tx), job, metadata);
  }

  void mergeOn(DSLContext tx, JobRow job, String metadata) {
    database.callOn(tx, db -> merge(db, job, metadata));
  }

  void mergeOn(Connection tx, JobRow job, String metadata) {
    merge(database.on(tx), job, metadata);
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
    List<JobResults.Merge> merges = take();
    if (merges.isEmpty()) {
      return UNTIL_WOKEN;
    }
    nextWrite = System.nanoTime() + BETWEEN_WRITES.toNanos();
    database.run(db -> results.mergeMetadata(db, clientId, merges));
    return BETWEEN_WRITES;
  }

  private List<JobResults.Merge> take() {
    lock.lock();
    try {
      List<Pending> some = new ArrayList<>(pending.values().stream().limit(LARGEST_BATCH).toList());
      some.forEach(one -> pending.remove(one.job().id()));
      return some.stream()
          .map(one -> new JobResults.Merge(one.job(), codec.encodeObject(one.metadata())))
          .toList();
    } finally {
      lock.unlock();
    }
  }
}
