package dev.river.bench.system;

import com.zaxxer.hikari.HikariDataSource;
import dev.river.RiverClient;
import dev.river.bench.postgres.BenchDatabase;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.util.ArrayList;
import java.util.List;

/** Clients of River for Java that share a pool. Each listens on a connection of its own. */
final class RiverFleet implements Fleet {
  private static final int WORKERS = 10;

  /** For the statements of all of them. */
  private static final int SHARED = 20;

  private final HikariDataSource pool;
  private final List<RiverClient> clients = new ArrayList<>();
  private final int size;

  /** Starts it. */
  RiverFleet(String url, int size) {
    this.size = size;
    this.pool = BenchDatabase.pool(url, size + SHARED);
    try {
      for (int i = 0; i < size; i++) {
        RiverClient client = client();
        clients.add(client);
        client.start();
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private RiverClient client() {
    return RiverClient.builder(pool)
        .workers(new Workers().add(RiverArgs.class, (job, context) -> WorkResult.completed()))
        .queue("default", WORKERS)
        .build();
  }

  @Override
  public boolean isComplete() {
    return clients.getFirst().fleet().members().size() == size
        && clients.getFirst().fleet().leader().isPresent();
  }

  @Override
  public void close() {
    clients.reversed().forEach(RiverClient::close); // the leader last, so that it stays the same
    pool.close();
  }
}
