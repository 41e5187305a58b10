package dev.river.bench.measure;

import dev.river.bench.client.Inserted;
import dev.river.bench.client.Insertion;
import dev.river.bench.client.JobClient;
import dev.river.bench.postgres.BenchDatabase;
import java.time.Duration;

/**
 * Inserts while nobody works any jobs.
 *
 * @param database where
 * @param client inserts them
 */
record InsertRun(BenchDatabase database, JobClient client) {

  /** Inserts a tenth of the jobs to warm up, then all. */
  Inserted run(Insertion insertion) {
    client.insert(warmUp(insertion));
    database.vacuum();
    database.checkpoint();
    return client.insert(insertion);
  }

  /** Has numbers after those that count. */
  private static Insertion warmUp(Insertion insertion) {
    long first = insertion.first() + insertion.count();
    int count = Math.max(1, insertion.count() / 10);
    Duration limit = insertion.limit().dividedBy(3);
    return new Insertion(insertion.way(), first, count, insertion.threads(), limit);
  }
}
