package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.noCondition;

import dev.river.error.DatabaseException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
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

  /** After so many jobs in a row that can't be changed, the database is at fault, not they. */
  private static final int REFUSED_IN_A_ROW = 20;

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
      if (!RowFaults.mayBe(e)) {
        throw e;
      }
      List<Long> ids = db.fetchValues(candidates.apply(noCondition()));
      return new Halves<>(statement).change(ids, e);
    }
  }

  /** The jobs in smaller and smaller parts. */
  private final class Halves<T> {
    private final Function<Condition, List<T>> statement;
    private final Map<Long, DatabaseException> refused = new LinkedHashMap<>();
    private final List<T> changed = new ArrayList<>();

    /** Single jobs are at fault, because others could be changed, or by what was said of them. */
    private boolean isShown;

    Halves(Function<Condition, List<T>> statement) {
      this.statement = statement;
    }

    List<T> change(List<Long> ids, DatabaseException refusal) {
      changeEach(ids, refusal);
      if (!isShown && !refused.isEmpty()) {
        throw refusal;
      }
      refused.forEach(
          (id, why) -> LOG.warn("job {}: it can't be {}, and is left out", id, what, why));
      return changed;
    }

    private void changeEach(List<Long> ids, DatabaseException refusal) {
      if (ids.size() <= 1) {
        ids.forEach(id -> leaveOut(id, refusal));
        return;
      }
      int middle = ids.size() / 2;
      changeSome(ids.subList(0, middle));
      changeSome(ids.subList(middle, ids.size()));
    }

    private void changeSome(List<Long> ids) {
      Condition only = RIVER_JOB.ID.eq(DSL.any(ids.toArray(Long[]::new)));
      try {
        changed.addAll(attempt(() -> statement.apply(only)));
        isShown = true;
      } catch (DatabaseException e) {
        if (!RowFaults.mayBe(e)) {
          throw e;
        }
        changeEach(ids, e);
      }
    }

    private void leaveOut(long id, DatabaseException refusal) {
      refused.put(id, refusal);
      isShown |= RowFaults.isCertain(refusal);
      if (!isShown && refused.size() > REFUSED_IN_A_ROW) {
        throw refusal;
      }
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
}
