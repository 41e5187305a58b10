package dev.river.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SimultaneousMigratorsTest {
  private static final int MIGRATORS = 8;

  private final FreshDatabase database = FreshDatabase.create();
  private final CyclicBarrier start = new CyclicBarrier(MIGRATORS);

  @Test
  void everyMigrationRunsOnce() throws Exception {
    List<Migration> applied = runAtOnce(() -> database.migrator("river").migrate());
    assertThat(applied).isEqualTo(RiverMigrator.migrations());
    assertThat(
            database.query(
                "SELECT version FROM river.river_flyway_history WHERE version IS NOT NULL ORDER BY 1"))
        .containsExactly("1", "2", "3");
  }

  @Test
  void everyUndoRunsOnce() throws Exception {
    database.migrator("river").migrate();
    List<Migration> undone = runAtOnce(() -> database.migrator("river").undoTo(0));
    assertThat(undone).extracting(Migration::version).containsExactly(3, 2, 1);
  }

  @Test
  void oneAdopts() throws Exception {
    database.runPrinted(1, "public");
    List<Migration> applied = runAtOnce(() -> database.migrator().migrate());
    assertThat(applied).extracting(Migration::version).containsExactly(2, 3);
  }

  private List<Migration> runAtOnce(Callable<List<Migration>> work) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(MIGRATORS);
    try {
      List<Future<List<Migration>>> results = new ArrayList<>();
      for (int i = 0; i < MIGRATORS; i++) {
        results.add(
            executor.submit(
                () -> {
                  start.await(30, TimeUnit.SECONDS);
                  return work.call();
                }));
      }
      List<Migration> all = new ArrayList<>();
      for (Future<List<Migration>> result : results) {
        all.addAll(result.get(60, TimeUnit.SECONDS));
      }
      return all;
    } finally {
      executor.shutdownNow();
    }
  }
}
