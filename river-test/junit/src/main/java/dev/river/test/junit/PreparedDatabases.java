package dev.river.test.junit;

import dev.river.test.postgres.DatabaseTemplate;
import dev.river.test.postgres.ServerKind;
import dev.river.test.postgres.TestDatabase;
import dev.river.test.postgres.TestPostgres;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The databases of tests that have their setup in common. Server and template are made when the
 * first test needs them; if that fails, it is not tried again. Thread-safe.
 */
final class PreparedDatabases {
  private final FutureTask<DatabaseTemplate> template;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable TestDatabase common; // guarded by lock

  PreparedDatabases(ServerKind server, Optional<Preparation> preparation) {
    this.template = new FutureTask<>(() -> prepare(TestPostgres.shared(server), preparation));
  }

  private static DatabaseTemplate prepare(
      TestPostgres postgres, Optional<Preparation> preparation) {
    return preparation.isPresent()
        ? postgres.createTemplate(preparation.get()::run)
        : postgres.template();
  }

  /** {@return a new database, the caller's to close} */
  TestDatabase create() {
    return template().createDatabase();
  }

  /** {@return the one database for tests that leave nothing behind} It lasts as long as the JVM. */
  TestDatabase common() {
    lock.lock();
    try {
      TestDatabase result = common;
      if (result == null) {
        result = create();
        common = result;
      }
      return result;
    } finally {
      lock.unlock();
    }
  }

  /** Gives no more test a common database that a test has left something in. */
  void discard(TestDatabase spoilt) {
    lock.lock();
    try {
      if (common == spoilt) {
        common = null;
      }
    } finally {
      lock.unlock();
    }
  }

  private DatabaseTemplate template() {
    template.run(); // does nothing the second time
    try {
      return template.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IllegalStateException("no database for this test: " + cause.getMessage(), cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the database was prepared", e);
    }
  }
}
