package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.noCondition;

import dev.river.error.DatabaseException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
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

  /** So many jobs are logged that are left out by one call. */
  private static final int MOST_LOGGED = 100;

  private final DSLContext db;
  private final String what;
  private final Function<Condition, ? extends Select<Record1<Long>>> candidates;

  /**
   * Creates it.
   *
   * @param db where to run
   * @param what is done to the jobs, for the log
   * @param candidates the jobs, as far as a condition is true of them, locked in their order
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
      return Savepoints.behind(db, () -> statement.apply(noCondition()));
    } catch (RuntimeException e) {
      if (!RowFaults.mayBe(e)) {
        throw e;
      }
      return changeEach(statement);
    }
  }

  /** Does as {@link #change} does, where the statement was refused for all of them. */
  <T> List<T> changeEach(Function<Condition, List<T>> statement) {
    AtomicInteger leftOut = new AtomicInteger();
    return Halving.runBesideFaulty(
        db,
        db.fetchValues(candidates.apply(noCondition())),
        some -> statement.apply(RIVER_JOB.ID.eq(DSL.any(some.toArray(Long[]::new)))),
        (id, why) -> log(id, leftOut.incrementAndGet(), why));
  }

  private void log(long id, int leftOut, RuntimeException why) {
    if (leftOut <= MOST_LOGGED) {
      LOG.warn(
          "job {}: it can't be {}, and is left out{}",
          id,
          what,
          leftOut == MOST_LOGGED ? "; further ones are not logged" : "",
          why);
    }
  }
}
