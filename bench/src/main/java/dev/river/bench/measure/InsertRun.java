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

  /** Inserts a tenth of what is inserted next. */
  void warmUp(Insertion insertion) {
    client.insert(tenth(insertion));
    database.vacuum();
    database.checkpoint();
  }

  /** Has numbers after those that count. */
  private static Insertion tenth(Insertion insertion) {
    long first = insertion.first() + insertion.count();
    int count = Math.max(1, insertion.count() / 10);
    return new Insertion(
        insertion.way(), first, count, insertion.threads(), insertion.limit().dividedBy(2));
  }
}
