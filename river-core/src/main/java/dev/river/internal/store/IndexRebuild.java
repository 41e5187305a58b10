package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.val;

import dev.river.error.DatabaseException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Rebuilds indexes while they are in use, one at a time, each on a connection of its own that
 * commits by itself. PostgreSQL leaves an unusable index behind when such a rebuild is cut off;
 * that is removed.
 */
public final class IndexRebuild {
  /** What became of an index. */
  public enum Result {
    /** It is new. */
    REBUILT,
    /** There is none of that name. */
    MISSING,
    /** Somebody else is rebuilding it. */
    BUSY,
    /** It was rebuilt today already. */
    NOT_DUE
  }

  /**
   * The catalogs have no classes of jOOQ. A rebuild holds a lock on what it makes until it ends, so
   * an unusable index without one was left behind.
   */
  private static final String FIND =
      """
      SELECT format('%I.%I', n.nspname, c.relname), c.relname = {1}, EXISTS (
          SELECT 1 FROM pg_locks l
          WHERE l.locktype = 'relation' AND l.relation = c.oid AND l.granted
            AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND l.mode = 'ShareUpdateExclusiveLock')
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_index i ON i.indexrelid = c.oid
      WHERE n.oid = (SELECT relnamespace FROM pg_class WHERE oid = {0}::regclass)
        AND (c.relname = {1} OR (NOT i.indisvalid AND c.relname ~ {2}))
      """;

  private static final Duration LIMIT_OF_REMOVAL = Duration.ofSeconds(5);

  private final Database database;
  private final IndexSchedule schedule;
  private final Duration limit;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Statement running; // guarded by lock

  /**
   * Creates it.
   *
   * @param database where the indexes are
   * @param schedule knows whether they are due
   * @param limit how long a rebuild may take, in full seconds
   */
  public IndexRebuild(Database database, IndexSchedule schedule, Duration limit) {
    this.database = database;
    this.schedule = schedule;
    this.limit = limit;
  }

  /**
   * Rebuilds an index, if it is due.
   *
   * @param index its name, letters, digits and underscores
   * @return what became of it
   * @throws DatabaseException if it can't be rebuilt, or was not in time or before {@link #cancel}
   */
  public Result rebuild(String index) {
    try (Connection connection = database.dataSource().getConnection()) {
      boolean autoCommitBefore = connection.getAutoCommit();
      connection.setAutoCommit(true);
      try {
        return rebuild(connection, index);
      } finally {
        if (!connection.isClosed()) {
          connection.setAutoCommit(autoCommitBefore);
        }
      }
    } catch (SQLException e) {
      throw DatabaseErrors.translate(e);
    }
  }

  /** Ends the rebuild that is running, if there is one. */
  public void cancel() {
    lock.lock();
    try {
      if (running != null) {
        running.cancel();
      }
    } catch (SQLException e) {
      throw DatabaseErrors.translate(e);
    } finally {
      lock.unlock();
    }
  }

  private Result rebuild(Connection connection, String index) throws SQLException {
    DSLContext db = database.on(connection);
    if (!schedule.begin(db, index)) {
      return Result.NOT_DUE;
    }
    List<Found> found = find(db, index);
    Optional<Found> itself = found.stream().filter(Found::isItself).findFirst();
    if (itself.isEmpty()) {
      return Result.MISSING;
    }
    if (found.stream().anyMatch(Found::isBusy)) {
      return Result.BUSY;
    }
    removeLeftovers(connection, index);
    try {
      execute(connection, "REINDEX INDEX CONCURRENTLY " + itself.get().name(), limit, true);
    } catch (SQLException e) {
      removeLeftovers(connection, index, e);
      throw e;
    }
    return Result.REBUILT;
  }

  private void removeLeftovers(Connection connection, String index, SQLException failure) {
    try {
      removeLeftovers(connection, index);
    } catch (SQLException | DatabaseException e) {
      failure.addSuppressed(e);
    }
  }

  private void removeLeftovers(Connection connection, String index) throws SQLException {
    for (Found left : find(database.on(connection), index)) {
      if (!left.isItself() && !left.isBusy()) {
        String drop = "DROP INDEX CONCURRENTLY IF EXISTS " + left.name();
        execute(connection, drop, LIMIT_OF_REMOVAL, false);
      }
    }
  }

  private static List<Found> find(DSLContext db, String index) {
    return db.resultQuery(
            FIND, val(db.render(RIVER_JOB)), val(index), val("^" + index + "_cc(new|old)[0-9]*$"))
        .fetch(
            row ->
                new Found(
                    row.get(0, String.class),
                    row.get(1, boolean.class),
                    row.get(2, boolean.class)));
  }

  /** The driver keeps the time: a setting of the session would stay with a pooled connection. */
  private void execute(Connection connection, String sql, Duration limit, boolean cancellable)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setQueryTimeout((int) limit.toSeconds());
      setRunning(cancellable ? statement : null);
      try {
        statement.execute(sql);
      } finally {
        setRunning(null); // waits for a cancellation that is on its way
      }
    }
  }

  private void setRunning(@Nullable Statement statement) {
    lock.lock();
    try {
      running = statement;
    } finally {
      lock.unlock();
    }
  }

  /**
   * An index, or what a rebuild of it has made.
   *
   * @param name its name with its schema, quoted
   * @param isItself whether it is the index itself
   * @param isBusy whether it is being rebuilt
   */
  private record Found(String name, boolean isItself, boolean isBusy) {}
}
