package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.noCondition;

import dev.river.error.DatabaseException;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record1;
import org.jooq.Select;
import org.jooq.impl.DSL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes many jobs with one statement. If the database refuses it because of a job, the jobs are
 * halved until that one is alone; it is logged and left out. In a caller's transaction, each try is
 * behind a savepoint, so that the transaction can go on.
 */
final class ManyJobs {
  private static final Logger LOG = LoggerFactory.getLogger(ManyJobs.class);

  private static final String READ_ONLY = "25006";
  private static final String LOCK_TIMEOUT = "55P03";

  /** Deadlocks and the like end a transaction, which its owner may try again. */
  private static final String FAILED_TRANSACTION = "40";

  private final DSLContext db;
  private final String what;
  private final Function<Condition, ? extends Select<Record1<Long>>> candidates;

  /**
   * Creates it.
   *
   * @param db where to run
   * @param what is done to the jobs, for the log
   * @param candidates the jobs, as far as a condition is true of them
   */
  ManyJobs(
      DSLContext db, String what, Function<Condition, ? extends Select<Record1<Long>>> candidates) {
    this.db = db;
    this.what = what;
    this.candidates = candidates;
  }

  /**
   * {@return what a statement returns of all jobs that could be changed}
   *
   * @param <T> what it returns of each
   * @param statement changes those of the candidates of which a condition is true
   * @throws DatabaseException if no single job is at fault
   */
  <T> List<T> change(Function<Condition, List<T>> statement) {
    try {
      return attempt(() -> statement.apply(noCondition()));
    } catch (DatabaseException e) {
      if (!mayBeOfRow(e)) {
        throw e;
      }
      List<Long> ids = db.fetchValues(candidates.apply(noCondition()));
      return changeEach(ids, statement, e);
    }
  }

  private <T> List<T> changeEach(
      List<Long> ids, Function<Condition, List<T>> statement, DatabaseException refusal) {
    if (ids.size() <= 1) {
      ids.forEach(id -> LOG.warn("job {}: it can't be {}, and is left out", id, what, refusal));
      return List.of();
    }
    int middle = ids.size() / 2;
    List<T> first = changeSome(ids.subList(0, middle), statement);
    List<T> second = changeSome(ids.subList(middle, ids.size()), statement);
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  private <T> List<T> changeSome(List<Long> ids, Function<Condition, List<T>> statement) {
    Condition only = RIVER_JOB.ID.eq(DSL.any(ids.toArray(Long[]::new)));
    try {
      return attempt(() -> statement.apply(only));
    } catch (DatabaseException e) {
      if (!mayBeOfRow(e)) {
        throw e;
      }
      return changeEach(ids, statement, e);
    }
  }

  private <T> T attempt(Supplier<T> statement) {
    return db.connectionResult(
        connection -> {
          try {
            return connection.getAutoCommit()
                ? statement.get()
                : Savepoints.behind(connection, statement::get);
          } catch (SQLException e) {
            throw DatabaseErrors.translate(e);
          }
        });
  }

  private static boolean mayBeOfRow(DatabaseException refusal) {
    String state = refusal.sqlState().orElse("");
    return !refusal.isUnreachable()
        && !refusal.isTimeout()
        && !state.isEmpty()
        && !state.equals(READ_ONLY)
        && !state.equals(LOCK_TIMEOUT)
        && !state.startsWith(FAILED_TRANSACTION);
  }
}
