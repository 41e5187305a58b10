package dev.river.faults;

import dev.river.RiverClient;
import dev.river.error.DatabaseException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/**
 * Inserts jobs one by one until it is stopped, rolls some back, and remembers which were committed.
 * They come so slowly that a fleet of three keeps up with them.
 */
final class Load implements AutoCloseable {
  private static final long PAUSE_MICROS = 4_000;

  private final DataSource dataSource;
  private final RiverClient client;
  private final Random random;
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final AtomicLong count = new AtomicLong();
  private final Thread thread;

  // Owned by the thread, and by others once it has ended.
  private final Set<Long> committed = new HashSet<>();
  private final Set<Long> rolledBack = new HashSet<>();

  Load(DataSource dataSource, long seed) {
    this.dataSource = dataSource;
    this.client = RiverClient.builder(dataSource).build();
    this.random = new Random(seed);
    this.thread = Thread.ofPlatform().name("load").start(this::run);
  }

  private void run() {
    while (!stopped.get()) {
      try (Connection connection = dataSource.getConnection()) {
        connection.setAutoCommit(false);
        while (!stopped.get()) {
          insert(connection);
          TimeUnit.MICROSECONDS.sleep(PAUSE_MICROS);
        }
      } catch (SQLException | DatabaseException e) {
        // what becomes of the last job nobody knows; the next connection goes on
        Thread.onSpinWait();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void insert(Connection connection) throws SQLException {
    long millis = random.nextInt(10) == 0 ? 500 : random.nextInt(20);
    long id = client.insertTx(connection, new EffectArgs(millis)).id();
    if (random.nextInt(10) == 0) {
      connection.rollback();
      rolledBack.add(id);
    } else {
      connection.commit();
      committed.add(id);
      count.incrementAndGet();
    }
  }

  /** How many jobs have been committed so far. */
  long count() {
    return count.get();
  }

  /** Ends it. The other methods may be called then. */
  @Override
  public void close() {
    stopped.set(true);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    client.close();
  }

  Set<Long> committed() {
    return committed;
  }

  Set<Long> rolledBack() {
    return rolledBack;
  }
}
