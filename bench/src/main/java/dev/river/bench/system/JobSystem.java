package dev.river.bench.system;

import dev.river.bench.client.JobClient;
import dev.river.bench.postgres.BenchDatabase;
import java.util.List;
import java.util.Optional;

/** A framework that is compared. Has no state. */
public interface JobSystem {

  /** {@return its version and its settings} */
  Settings settings();

  /** {@return its name, as it is printed and chosen, and as its settings begin} */
  default String name() {
    return settings().framework();
  }

  /** {@return why it can't be run here at all, if so} */
  default Optional<String> absence() {
    return Optional.empty();
  }

  /** {@return why it can't do something, if it can't} */
  default Optional<String> lack(Ability ability) {
    return Optional.empty();
  }

  /** {@return what can become of its jobs; the first is what it does by default} */
  List<History> histories();

  /** {@return how many jobs it runs at once where nothing but the rate matters} */
  default int bestWorkers() {
    return settings().number("workers");
  }

  /** Makes its tables in an empty database. */
  void createSchema(BenchDatabase database);

  /** {@return a query for whether there are jobs that are not done} */
  String unfinished();

  /** {@return where jobs stay that are done; empty if they don't stay} */
  default Optional<JobTable> table() {
    return Optional.empty();
  }

  /** {@return an expression for the channel on which it tells of new jobs; empty if it doesn't} */
  default Optional<String> channel() {
    return Optional.empty();
  }

  /**
   * {@return a new client, to be closed}
   *
   * @param url the JDBC URL of a database with its tables
   * @param options how it is used
   */
  JobClient open(String url, ClientOptions options);

  /**
   * {@return clients of this JVM that have begun to look for jobs, of which there are none, to be
   * closed; empty if that is not measured}
   *
   * @param url the JDBC URL of a database with its tables
   * @param clients how many
   */
  default Optional<Fleet> fleet(String url, int clients) {
    return Optional.empty();
  }

  /**
   * {@return a new client in a process of its own, to be closed}
   *
   * @param url the JDBC URL of a database with its tables
   * @param options how it is used
   */
  default JobClient openProcess(String url, ClientOptions options) {
    return ClientProcess.start(this, url, options);
  }
}
