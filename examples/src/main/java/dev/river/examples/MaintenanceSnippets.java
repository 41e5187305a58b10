package dev.river.examples;

import dev.river.RiverClient;
import dev.river.work.QueueConfig;
import dev.river.work.Retention;
import dev.river.work.Workers;
import java.time.Duration;
import java.time.LocalTime;
import javax.sql.DataSource;

/** The code of docs/maintenance.md. */
final class MaintenanceSnippets {
  private static final Retention TEN_YEARS =
      Retention.builder().completed(Duration.ofDays(3_653)).keepDiscardedForEver().build();

  private MaintenanceSnippets() {}

  static RiverClient client(DataSource dataSource, Workers workers) {
    RiverClient client =
        RiverClient.builder(dataSource)
            .workers(workers)
            .queue("default", 10)
            .queue("invoices", QueueConfig.builder().retention(TEN_YEARS).build())
            .retention(Retention.builder().completed(Duration.ofHours(1)).build())
            .reindexerTime(LocalTime.of(3, 30))
            .longTransactionThreshold(Duration.ofMinutes(5))
            .build();
    return client;
  }
}
