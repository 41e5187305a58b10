package dev.river.examples;

import dev.river.RiverClient;
import dev.river.db.RiverMigrator;
import dev.river.job.InsertOpts;
import dev.river.job.Inserted;
import dev.river.job.JobArgs;
import dev.river.job.Unique;
import dev.river.job.UniqueOpts;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import javax.sql.DataSource;

/**
 * A job that exists once per account and day, however often it is asked for. What a job is unique
 * by is said by its options, and which of its arguments count by {@link Unique}.
 */
public final class UniqueJob {
  private UniqueJob() {}

  record StatementArgs(@Unique long account, String askedBy) implements JobArgs {
    private static final InsertOpts OPTS =
        InsertOpts.builder()
            .unique(UniqueOpts.builder().byArgs().byPeriod(Duration.ofDays(1)).build())
            .build();

    @Override
    public String kind() {
      return "statement";
    }

    @Override
    public InsertOpts insertOpts() {
      return OPTS;
    }
  }

  static void run(DataSource dataSource, PrintStream out) {
    RiverMigrator.builder(dataSource).build().migrate();

    Instant day = Instant.parse("2100-01-01T08:00:00Z"); // fixed, so that midnight is far
    try (RiverClient client = RiverClient.builder(dataSource).build()) {
      print(out, client.insert(new StatementArgs(1, "Ada"), at(day)));
      print(out, client.insert(new StatementArgs(1, "Bob"), at(day.plusSeconds(3600))));
      print(out, client.insert(new StatementArgs(2, "Bob"), at(day)));
      print(out, client.insert(new StatementArgs(1, "Bob"), at(day.plus(Duration.ofDays(1)))));
    }
  }

  private static InsertOpts at(Instant time) {
    return InsertOpts.builder().scheduledAt(time).build();
  }

  private static void print(PrintStream out, Inserted<StatementArgs> inserted) {
    StatementArgs args = inserted.job().args();
    out.println(
        "job %s: account %s, asked for by %s%s"
            .formatted(
                inserted.id(),
                args.account(),
                args.askedBy(),
                inserted.duplicate() ? ", is there already" : ""));
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
