package dev.river.bench.measure;

import dev.river.bench.client.JobClient;
import dev.river.bench.postgres.BenchDatabase;
import dev.river.bench.postgres.Databases;
import dev.river.bench.system.ClientOptions;
import dev.river.bench.system.JobSystem;

/**
 * One round of a measure with one framework.
 *
 * @param system the framework
 * @param databases what makes databases for it
 * @param scale how much is measured
 */
public record Trial(JobSystem system, Databases databases, Scale scale) {

  /** {@return a new database with the framework's tables, to be closed} */
  BenchDatabase database() {
    return databases.create(system.name(), system::createSchema);
  }

  /** {@return the options of a client whose jobs become what the framework prefers} */
  ClientOptions options() {
    return ClientOptions.of(system.histories().getFirst());
  }

  /** {@return a new client with these options, to be closed} */
  JobClient open(BenchDatabase database) {
    return system.open(database.url(), options());
  }
}
