package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.sql;
import static org.jooq.impl.DSL.table;
import static org.jooq.impl.DSL.unnest;
import static org.jooq.impl.DSL.val;
import static org.jooq.impl.DSL.when;

import dev.river.internal.codec.JsonCodec;
import dev.river.job.JobRow;
import dev.river.job.UniqueKey;
import dev.river.schema.enums.RiverJobState;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.SQL;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** Jobs that are sent as one array per column. */
final class JobArrays {
  /** As in {@link JobResults}; the place keeps the rows in order. */
  private static final String ROWS_OF_ARRAYS =
      "unnest({0}, {1}, {2}, {3}, {4}, {5}, {6}, {7}, {8}, {9}, {10}) WITH ORDINALITY";

  private static final Field<String> KIND = column("kind", SQLDataType.CLOB);
  private static final Field<JSONB> ARGS = column("args", SQLDataType.JSONB);
  private static final Field<String> QUEUE = column("queue", SQLDataType.CLOB);
  private static final Field<Integer> PRIORITY = column("priority", SQLDataType.INTEGER);
  private static final Field<Integer> MAX_ATTEMPTS = column("max_attempts", SQLDataType.INTEGER);
  private static final Field<String> TAGS = column("tags", SQLDataType.CLOB);
  private static final Field<JSONB> METADATA = column("metadata", SQLDataType.JSONB);
  private static final Field<String> SCHEDULED_AT = column("scheduled_at", SQLDataType.CLOB);
  private static final Field<Boolean> PENDING = column("pending", SQLDataType.BOOLEAN);
  private static final Field<String> UNIQUE_KEY = column("unique_key", SQLDataType.CLOB);
  private static final Field<String> UNIQUE_STATES = column("unique_states", SQLDataType.CLOB);
  private static final Field<Long> PLACE = column("place", SQLDataType.BIGINT);

  // PostgreSQL has no arrays of arrays of different lengths, and the driver none of bytes or times
  // without detours: these columns are sent as text.
  private static final Field<String[]> TAGS_PARSED =
      field("{0}::varchar[]", RIVER_JOB.TAGS.getDataType(), TAGS);
  private static final Field<Instant> SCHEDULED_AT_PARSED =
      field("{0}::timestamptz", SQLDataType.INSTANT, SCHEDULED_AT);
  private static final Field<byte[]> UNIQUE_KEY_PARSED =
      field("decode({0}, 'hex')", SQLDataType.BLOB, UNIQUE_KEY);
  private static final Field<String> UNIQUE_STATES_PARSED =
      field("{0}::bit(8)", RIVER_JOB.UNIQUE_STATES.getDataType(), UNIQUE_STATES);

  private final JobRowReader reader;
  private final SQL inBitmask;

  /**
   * Creates it.
   *
   * @param schema the schema of River's tables, a valid name; empty to follow the search path
   * @param codec reads what is stored
   */
  JobArrays(Optional<String> schema, JsonCodec codec) {
    this.reader = new JobRowReader(codec);
    this.inBitmask =
        sql(schema.map(name -> '"' + name + "\".").orElse("") + "river_job_state_in_bitmask");
  }

  /**
   * Inserts jobs, of each unique key at most one.
   *
   * @return those that were new, in the order given
   */
  List<JobRow> insert(DSLContext db, List<NewJob> jobs) {
    var insert =
        db.insertInto(
                RIVER_JOB,
                RIVER_JOB.KIND,
                RIVER_JOB.ARGS,
                RIVER_JOB.QUEUE,
                RIVER_JOB.PRIORITY,
                RIVER_JOB.MAX_ATTEMPTS,
                RIVER_JOB.TAGS,
                RIVER_JOB.METADATA,
                RIVER_JOB.SCHEDULED_AT,
                RIVER_JOB.STATE,
                RIVER_JOB.UNIQUE_KEY,
                RIVER_JOB.UNIQUE_STATES)
            .select(
                select(
                        KIND,
                        ARGS,
                        QUEUE,
                        PRIORITY,
                        MAX_ATTEMPTS,
                        TAGS_PARSED,
                        METADATA,
                        coalesce(SCHEDULED_AT_PARSED, Database.now()),
                        state(),
                        UNIQUE_KEY_PARSED,
                        UNIQUE_STATES_PARSED)
                    .from(rows(jobs))
                    .orderBy(PLACE))
            .onConflict(RIVER_JOB.UNIQUE_KEY)
            .where(holdsKey())
            .doNothing()
            .returning();
    return DirectRows.fetch(db, insert, reader);
  }

  /** {@return the jobs that hold some keys now} */
  List<JobRow> holders(DSLContext db, Collection<UniqueKey> keys) {
    Field<String> key = field("key", SQLDataType.CLOB);
    String[] hex = keys.stream().map(UniqueKey::hex).toArray(String[]::new);
    var select =
        db.selectFrom(RIVER_JOB)
            .where(
                RIVER_JOB.UNIQUE_KEY.in(
                    select(field("decode({0}, 'hex')", SQLDataType.BLOB, key))
                        .from(unnest(hex).as("keys", "key"))))
            .and(holdsKey());
    return DirectRows.fetch(db, select, reader);
  }

  /**
   * The predicate of the unique index, by which PostgreSQL finds it. In ON CONFLICT jOOQ leaves the
   * schemas of all names out, of columns rightly and of the function wrongly.
   */
  private Condition holdsKey() {
    return condition(
        "{0} IS NOT NULL AND {1} IS NOT NULL AND {2}({1}, {3})",
        RIVER_JOB.UNIQUE_KEY, RIVER_JOB.UNIQUE_STATES, inBitmask, RIVER_JOB.STATE);
  }

  private static Field<RiverJobState> state() {
    return when(PENDING, inline(RiverJobState.pending))
        .when(SCHEDULED_AT_PARSED.gt(Database.now()), inline(RiverJobState.scheduled))
        .otherwise(inline(RiverJobState.available));
  }

  private static Table<?> rows(List<NewJob> jobs) {
    return table(
            ROWS_OF_ARRAYS,
            array(jobs, NewJob::kind, String[]::new, KIND),
            array(jobs, job -> JSONB.valueOf(job.encodedArgs()), JSONB[]::new, ARGS),
            array(jobs, NewJob::queue, String[]::new, QUEUE),
            array(jobs, NewJob::priority, Integer[]::new, PRIORITY),
            array(jobs, NewJob::maxAttempts, Integer[]::new, MAX_ATTEMPTS),
            array(jobs, job -> PostgresText.array(job.tags()), String[]::new, TAGS),
            array(jobs, job -> JSONB.valueOf(job.metadata()), JSONB[]::new, METADATA),
            array(jobs, JobArrays::scheduledAt, String[]::new, SCHEDULED_AT),
            array(jobs, NewJob::pending, Boolean[]::new, PENDING),
            array(jobs, JobArrays::uniqueKey, String[]::new, UNIQUE_KEY),
            array(jobs, JobArrays::uniqueStates, String[]::new, UNIQUE_STATES))
        .as(
            "job",
            "kind",
            "args",
            "queue",
            "priority",
            "max_attempts",
            "tags",
            "metadata",
            "scheduled_at",
            "pending",
            "unique_key",
            "unique_states",
            "place");
  }

  private static @Nullable String scheduledAt(NewJob job) {
    return job.scheduledAt().map(Instant::toString).orElse(null);
  }

  private static @Nullable String uniqueKey(NewJob job) {
    return job.uniqueKey().map(UniqueKey::hex).orElse(null);
  }

  private static @Nullable String uniqueStates(NewJob job) {
    return job.uniqueness().map(unique -> StateMask.of(unique.states())).orElse(null);
  }

  private static <T> Field<T[]> array(
      List<NewJob> jobs,
      Function<NewJob, ? extends @Nullable T> value,
      IntFunction<T[]> newArray,
      Field<T> column) {
    return val(jobs.stream().map(value).toArray(newArray), column.getDataType().getArrayDataType());
  }

  private static <T> Field<T> column(String column, DataType<T> type) {
    return field(name("job", column), type);
  }
}
