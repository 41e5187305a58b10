package dev.river.examples;

import dev.river.RiverClient;
import dev.river.db.RiverMigrator;
import dev.river.job.Insert;
import dev.river.job.InsertOpts;
import dev.river.job.Inserted;
import dev.river.job.JobArgs;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/**
 * Many jobs at once, all of them or none: {@code insertMany} says what became of each, {@code
 * insertManyFast} takes a stream of any length and is the fastest way.
 */
public final class BatchInsert {
  private BatchInsert() {}

  record MailArgs(String to) implements JobArgs {
    @Override
    public String kind() {
      return "mail";
    }
  }

  record CallArgs(String number) implements JobArgs {
    @Override
    public String kind() {
      return "call";
    }
  }

  static void run(DataSource dataSource, PrintStream out) {
    RiverMigrator.builder(dataSource).build().migrate();

    try (RiverClient client = RiverClient.builder(dataSource).build()) {
      List<Inserted<JobArgs>> inserted =
          client.insertMany(
              List.of(
                  Insert.of(new MailArgs("ada@example.org")),
                  Insert.of(new CallArgs("555-0100"), InsertOpts.builder().priority(2).build())));
      inserted.forEach(one -> out.println("job %s: %s".formatted(one.id(), one.job().args())));

      long count =
          client.insertManyFast(
              IntStream.range(0, 10_000)
                  .mapToObj(i -> Insert.of(new MailArgs("user" + i + "@example.org"))));
      out.println(String.format(Locale.ROOT, "and %,d more", count));

      try {
        client.insertMany(
            List.of(Insert.of(new MailArgs("bob@example.org")), Insert.of(new MailArgs("\0"))));
      } catch (IllegalArgumentException e) {
        out.println("neither: " + e.getMessage());
      }
    }
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
