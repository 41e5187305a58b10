package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.count;

import dev.river.internal.codec.JsonCodec;
import dev.river.job.JobRow;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;

/** Reads jobs and changes nothing about them. */
public final class JobQueries {
  private final JobRows rows;

  /** Creates it. */
  public JobQueries(JsonCodec codec) {
    this.rows = new JobRows(codec);
  }

  /**
   * {@return the jobs of a kind in any state, by number}
   *
   * @param db where to run
   * @param kind the kind
   */
  public List<JobRow> ofKind(DSLContext db, String kind) {
    return db.selectFrom(RIVER_JOB)
        .where(RIVER_JOB.KIND.eq(kind))
        .orderBy(RIVER_JOB.ID)
        .fetch(rows::toRow);
  }

  /**
   * {@return how many jobs there are of each kind, by kind}
   *
   * @param db where to run
   */
  public Map<String, Integer> countByKind(DSLContext db) {
    return db.select(RIVER_JOB.KIND, count())
        .from(RIVER_JOB)
        .groupBy(RIVER_JOB.KIND)
        .orderBy(RIVER_JOB.KIND)
        .fetchMap(RIVER_JOB.KIND, count());
  }
}
