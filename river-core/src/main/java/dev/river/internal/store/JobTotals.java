package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.table;
import static org.jooq.impl.DSL.val;

import dev.river.job.JobState;
import dev.river.query.JobCount;
import dev.river.query.JobCounts;
import dev.river.schema.enums.RiverJobState;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record3;
import org.jooq.Result;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * Counts jobs without reading a large table whole. A state is counted where the table is small, or
 * where an index tells the state's jobs from others and they are not too many. The others are
 * estimated from a sample of the table's pages, which is never out of date as statistics are.
 */
final class JobTotals {
  /**
   * 32 MB with PostgreSQL's usual pages. A table up to this size is read whole, and so much of a
   * larger one for an estimate.
   */
  private static final long LARGEST_READ = 4_096;

  /** So many jobs of a state are counted one by one. */
  private static final int LARGEST_COUNT = 50_000;

  private static final String PAGES =
      "pg_relation_size({0}::regclass) / current_setting('block_size')::bigint";

  /** Those that a partial index names in its predicate, or all if a whole index begins with it. */
  private static final String INDEXED_STATES =
      """
      ARRAY(
        SELECT state FROM unnest({1}) AS state
        WHERE EXISTS (
          SELECT FROM pg_index WHERE indrelid = {0}::regclass AND indisvalid AND CASE
            WHEN indpred IS NULL THEN indkey[0] = (
              SELECT attnum FROM pg_attribute WHERE attrelid = indrelid AND attname = 'state')
            ELSE pg_get_expr(indpred, indrelid) LIKE '%''' || state || '''::%'
          END))
      """;

  private final Field<String> tableName;

  JobTotals(Optional<String> schema) {
    this.tableName = val(schema.map(name -> '"' + name + "\".").orElse("") + RIVER_JOB.getName());
  }

  /**
   * {@return how many jobs there are} Not one snapshot: several statements, one after the other.
   */
  JobCounts counts(DSLContext db) {
    long pages = pages(db);
    Tally tally = new Tally();
    if (pages <= LARGEST_READ) {
      tally.add(group(db, RIVER_JOB, EnumSet.noneOf(JobState.class)), 1, true);
      return tally.counts(EnumSet.allOf(JobState.class));
    }
    Set<JobState> counted = EnumSet.noneOf(JobState.class);
    for (JobState state : indexedStates(db)) {
      var found = byIndex(db, state);
      if (found.stream().mapToInt(Record3::value3).sum() <= LARGEST_COUNT) {
        counted.add(state);
        tally.add(found, 1, true);
      }
    }
    double share = (double) LARGEST_READ / pages;
    Table<?> sample = table("{0} TABLESAMPLE SYSTEM ({1})", RIVER_JOB, inline(100 * share));
    tally.add(group(db, sample, counted), 1 / share, false);
    return tally.counts(counted);
  }

  private long pages(DSLContext db) {
    return db.select(field(PAGES, SQLDataType.BIGINT, tableName)).fetchSingle().value1();
  }

  private List<JobState> indexedStates(DSLContext db) {
    String[] all =
        Arrays.stream(RiverJobState.values()).map(RiverJobState::getLiteral).toArray(String[]::new);
    String[] indexed =
        db.select(field(INDEXED_STATES, SQLDataType.CLOB.getArrayDataType(), tableName, val(all)))
            .fetchSingle()
            .value1();
    return Arrays.stream(indexed).map(RiverJobState::lookupLiteral).map(JobRows::toState).toList();
  }

  private static Result<Record3<RiverJobState, String, Integer>> byIndex(
      DSLContext db, JobState state) {
    RiverJobState stored = JobFilters.stored(state);
    var some =
        select(RIVER_JOB.QUEUE)
            .from(RIVER_JOB)
            .where(RIVER_JOB.STATE.eq(inline(stored)))
            .limit(LARGEST_COUNT + 1)
            .asTable("some");
    return db.select(inline(stored), some.field(RIVER_JOB.QUEUE), DSL.count())
        .from(some)
        .groupBy(some.field(RIVER_JOB.QUEUE))
        .fetch();
  }

  private static Result<Record3<RiverJobState, String, Integer>> group(
      DSLContext db, Table<?> jobs, Set<JobState> without) {
    return db.select(RIVER_JOB.STATE, RIVER_JOB.QUEUE, DSL.count())
        .from(jobs)
        .where(JobFilters.states(EnumSet.complementOf(EnumSet.copyOf(without))))
        .groupBy(RIVER_JOB.STATE, RIVER_JOB.QUEUE)
        .fetch();
  }

  /** Collects counts. */
  private static final class Tally {
    private final Map<String, Map<JobState, JobCount>> byQueue = new HashMap<>();

    void add(Result<Record3<RiverJobState, String, Integer>> found, double factor, boolean exact) {
      found.forEach(
          group ->
              byQueue
                  .computeIfAbsent(group.value2(), queue -> new EnumMap<>(JobState.class))
                  .put(
                      JobRows.toState(group.value1()),
                      new JobCount(Math.round(group.value3() * factor), exact)));
    }

    JobCounts counts(Set<JobState> exactStates) {
      return new JobCounts(byQueue, exactStates);
    }
  }
}
