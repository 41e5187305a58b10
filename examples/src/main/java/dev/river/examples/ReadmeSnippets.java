package dev.river.examples;

import dev.river.RiverClient;
import dev.river.db.Migration;
import dev.river.db.RiverMigrator;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.work.JobContext;
import dev.river.work.WorkResult;
import dev.river.work.Worker;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.sql.DataSource;

/** The pieces of code that the README shows beside its program. */
final class ReadmeSnippets {
  private ReadmeSnippets() {}

  static void migrate(DataSource dataSource) {
    RiverMigrator.builder(dataSource).schema("river").build().migrate();
  }

  static void print() {
    for (Migration migration : RiverMigrator.migrations()) {
      System.out.println(migration.sql("river"));
    }
  }

  static void undo(DataSource dataSource) {
    RiverMigrator.builder(dataSource).schema("river").build().undoTo(0);
  }

  record MailArgs(String to) implements JobArgs {
    @Override
    public String kind() {
      return "mail";
    }
  }

  /** Sends mail, or fails to. */
  interface MailServer {
    boolean isBusy();

    void send(String to) throws IOException;
  }

  record MailWorker(MailServer server) implements Worker<MailArgs> {
    @Override
    public WorkResult work(Job<MailArgs> job, JobContext context) throws IOException {
      if (!job.args().to().contains("@")) {
        return WorkResult.cancel("not an address"); // never again
      }
      if (server.isBusy()) {
        return WorkResult.snooze(Duration.ofMinutes(5)); // later; the attempt doesn't count
      }
      server.send(job.args().to()); // what it throws fails the attempt
      return WorkResult.completed();
    }

    @Override
    public Optional<Instant> nextRetry(Job<MailArgs> job) {
      return Optional.of(Instant.now().plusSeconds(30)); // instead of the client's policy
    }

    @Override
    public Optional<Duration> timeout(Job<MailArgs> job) {
      return Optional.of(Duration.ofSeconds(10)); // instead of the client's timeout
    }
  }

  static void stopAtShutdown(RiverClient client) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> client.stop(Duration.ofSeconds(20))));
  }
}
