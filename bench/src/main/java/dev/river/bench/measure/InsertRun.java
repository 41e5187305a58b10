package dev.river.bench.measure;

import dev.river.bench.client.Inserted;
import dev.river.bench.client.Insertion;
import dev.river.bench.client.JobClient;
import dev.river.bench.postgres.BenchDatabase;
import dev.river.bench.system.ClientOptions;
import java.time.Duration;

/**
 * Inserts with a client of its own while nobody works any jobs.
 *
 * @param trial with which framework
 * @param database where
 * @param options the options of the client, but for the number of threads
 */
record InsertRun(Trial trial, BenchDatabase database, ClientOptions options) {

  /** {@return one whose client has the usual options} */
  static InsertRun of(Trial trial, BenchDatabase database) {
    return new InsertRun(trial, database, trial.options());
  }

  /** Inserts a tenth of the jobs to warm up, then all. */
  Inserted run(Insertion insertion) {
    ClientOptions all = options.withInserters(insertion.threads());
    try (JobClient client = trial.system().open(database.url(), all)) {
      client.insert(warmUp(insertion));
      database.vacuum();
      database.checkpoint();
      return client.insert(insertion);
    }
  }

  /** Has numbers after those that count. */
  private static Insertion warmUp(Insertion insertion) {
    int count = Math.max(1, insertion.count() / 10);
    Duration limit = insertion.limit().dividedBy(3);
    return new Insertion(insertion.way(), insertion.count(), count, insertion.threads(), limit);
  }
}
