package dev.river.examples;

import dev.river.Jobs;
import dev.river.RiverClient;
import dev.river.db.RiverMigrator;
import dev.river.job.JobArgs;
import dev.river.job.JobRow;
import dev.river.job.JobState;
import dev.river.job.JobUpdate;
import dev.river.query.JobCursor;
import dev.river.query.JobOrder;
import dev.river.query.JobPage;
import dev.river.query.JobQuery;
import java.io.PrintStream;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * A client without workers looks for stored jobs, and cancels, retries, changes and deletes them.
 */
public final class QueriesAndOperations {
  private QueriesAndOperations() {}

  record ParcelArgs(String address) implements JobArgs {
    @Override
    public String kind() {
      return "parcel";
    }
  }

  static void run(DataSource dataSource, PrintStream out) {
    RiverMigrator.builder(dataSource).build().migrate();
    try (RiverClient client = RiverClient.builder(dataSource).build()) {
      long first = client.insert(new ParcelArgs("10 Elm Street")).id();
      long second = client.insert(new ParcelArgs("221B Baker Street")).id();
      operate(client, first, second, out);
      list(client.jobs(), out);
    }
  }

  private static void operate(RiverClient client, long first, long second, PrintStream out) {
    Jobs jobs = client.jobs();
    jobs.cancel(first); // at once if it waits; if it runs, its worker is interrupted
    jobs.retry(first); // available again, whatever became of it
    jobs.update(first, JobUpdate.builder().priority(4).build());
    jobs.delete(second); // but not while it runs

    JobQuery parcels =
        JobQuery.builder().kinds("parcel").states(JobState.AVAILABLE, JobState.RETRYABLE).build();
    out.println("cancelled: " + jobs.cancelAll(parcels, 1_000));
    out.println("cancelled jobs: " + jobs.counts().of(JobState.CANCELLED).jobs());
  }

  private static void list(Jobs jobs, PrintStream out) {
    JobQuery query =
        JobQuery.builder()
            .kinds("parcel")
            .orderBy(JobOrder.FINALIZED_AT)
            .descending()
            .limit(20)
            .build();
    JobPage page = jobs.list(query);
    for (JobRow job : page.jobs()) {
      out.println(job.id() + ": " + job.state() + " " + job.encodedArgs());
    }
    Optional<JobCursor> next = page.next(); // its token() can travel through a browser
    next.map(cursor -> jobs.list(query.toBuilder().after(cursor).build()))
        .ifPresent(more -> out.println(more.jobs().size() + " more"));
  }

  /**
   * Runs the example.
   *
   * @param args none
   */
  public static void main(String[] args) {
    try (ExampleDatabase database = ExampleDatabase.open()) {
      run(database.dataSource(), System.out);
    }
  }
}
