package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.noCondition;

import dev.river.error.JobNotFoundException;
import dev.river.error.JobRunningException;
import dev.river.internal.codec.JsonCodec;
import dev.river.job.JobRow;
import dev.river.job.JobState;
import dev.river.query.JobPage;
import dev.river.query.JobQuery;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jooq.DSLContext;

/** Reads jobs and changes nothing about them. */
public final class JobQueries {
  private final JobRows rows;
  private final JobFilters filters;

  /** Creates it. */
  public JobQueries(JsonCodec codec) {
    this.rows = new JobRows(codec);
    this.filters = new JobFilters(codec);
  }

  /** {@return a job, if there is one of that number} */
  public Optional<JobRow> get(DSLContext db, long id) {
    return DirectRows.fetchOptional(db, db.selectFrom(RIVER_JOB).where(RIVER_JOB.ID.eq(id)), rows);
  }

  /**
   * {@return a job}
   *
   * @throws JobNotFoundException if there is none of that number
   */
  JobRow getPresent(DSLContext db, long id) {
    return get(db, id).orElseThrow(() -> new JobNotFoundException(id));
  }

  /**
   * {@return what a statement returns that leaves a running job alone}
   *
   * @param statement returns nothing if there is no such job, or if it runs
   * @throws JobNotFoundException if there is none of that number
   * @throws JobRunningException if it runs
   */
  JobRow whileResting(DSLContext db, long id, Supplier<Optional<JobRow>> statement) {
    Optional<JobRow> result = statement.get();
    while (result.isEmpty()) {
      if (getPresent(db, id).state() == JobState.RUNNING) {
        throw new JobRunningException(id);
      }
      result = statement.get(); // it ran, and has ended meanwhile
    }
    return result.get();
  }

  /**
   * {@return a page of the jobs that a query means}
   *
   * @param db where to run
   * @param query the query
   * @throws IllegalArgumentException if its cursor is none, or of another order
   */
  public JobPage list(DSLContext db, JobQuery query) {
    JobPlaces places = new JobPlaces(query);
    var found =
        db.selectFrom(RIVER_JOB)
            .where(filters.of(query))
            .and(query.after().map(places::after).orElse(noCondition()))
            .orderBy(places.orderBy())
            .limit(query.limit() + 1); // one more tells whether there are more
    List<JobRow> jobs = DirectRows.fetch(db, found, rows);
    if (jobs.size() <= query.limit()) {
      return new JobPage(jobs, Optional.empty());
    }
    List<JobRow> page = jobs.subList(0, query.limit());
    return new JobPage(page, Optional.of(places.of(page.getLast())));
  }
}
