package dev.river.bench.measure;

import dev.river.bench.client.Inserted;
import dev.river.bench.client.Insertion;
import dev.river.bench.client.JobClient;
import dev.river.bench.postgres.BenchDatabase;

/**
 * Inserts while nobody works any jobs.
 *
 * @param database where
 * @param client inserts them
 */
record InsertRun(BenchDatabase database, JobClient client) {

  /** Warms up, then inserts. */
  Inserted run(Insertion insertion) {
    warmUp(insertion);
    return client.insert(insertion);
  }

  /** Inserts as much as is inserted next, for half the time at most. */
  void warmUp(Insertion insertion) {
    client.insert(before(insertion));
    database.vacuum();
    database.checkpoint();
  }

  /** Has numbers after those that count. */
  private static Insertion before(Insertion insertion) {
    return new Insertion(
        insertion.way(),
        insertion.first() + insertion.count(),
        insertion.count(),
        insertion.threads(),
        insertion.limit().dividedBy(2));
  }
}
