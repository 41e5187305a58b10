package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.insertInto;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.param;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.sql;
import static org.jooq.impl.DSL.table;
import static org.jooq.impl.DSL.unnest;
import static org.jooq.impl.DSL.when;

import dev.river.internal.codec.JsonCodec;
import dev.river.job.JobRow;
import dev.river.job.UniqueKey;
import dev.river.schema.enums.RiverJobState;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.Query;
import org.jooq.SQL;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** Jobs that are sent as one array per column. */
final class JobArrays {
  // NULL is not sent in them but empty text: where array_nulls is off, the server takes it for a
  // text. PostgreSQL has no arrays of arrays of different lengths, and the driver none of JSON,
  // bytes or
  // times without detours: these columns are sent as text.
  private static final Column<String> KIND = Column.ofText("kind", NewJob::kind);
  private static final Column<String> ARGS = Column.ofText("args", NewJob::encodedArgs);
  private static final Column<String> QUEUE = Column.ofText("queue", NewJob::queue);
  private static final Column<Integer> PRIORITY = Column.ofNumber("priority", NewJob::priority);
  private static final Column<Integer> MAX_ATTEMPTS =
      Column.ofNumber("max_attempts", NewJob::maxAttempts);
  private static final Column<String> TAGS =
      Column.ofText("tags", job -> PostgresText.array(job.tags()));
  private static final Column<String> METADATA = Column.ofText("metadata", NewJob::metadata);
  private static final Column<String> SCHEDULED_AT =
      Column.ofText("scheduled_at", JobArrays::scheduledAt);
  private static final Column<Boolean> PENDING =
      new Column<>("pending", SQLDataType.BOOLEAN, NewJob::pending, Boolean[]::new);
  private static final Column<String> UNIQUE_KEY =
      Column.ofText("unique_key", JobArrays::uniqueKey);
  private static final Column<String> UNIQUE_STATES =
      Column.ofText("unique_states", JobArrays::uniqueStates);

  private static final List<Column<?>> OF_ANY =
      List.of(KIND, ARGS, QUEUE, PRIORITY, MAX_ATTEMPTS, TAGS, METADATA, SCHEDULED_AT, PENDING);
  private static final List<Column<?>> OF_UNIQUE =
      Stream.concat(OF_ANY.stream(), Stream.of(UNIQUE_KEY, UNIQUE_STATES)).toList();

  private static final Field<Instant> DUE_AT =
      SCHEDULED_AT.parsed("nullif({0}, '')::timestamptz", SQLDataType.INSTANT);

  private final JobRows rows;
  private final SQL inBitmask;
  private final KeptStatement insert = new KeptStatement(JobArrays::statement);
  private final KeptStatement insertUnique = new KeptStatement(this::uniqueStatement);

  /**
   * Creates it.
   *
   * @param schema the schema of River's tables, a valid name; empty to follow the search path
   * @param codec reads what is stored
   */
  JobArrays(Optional<String> schema, JsonCodec codec) {
    this.rows = new JobRows(codec);
    this.inBitmask =
        sql(schema.map(name -> '"' + name + "\".").orElse("") + "river_job_state_in_bitmask");
  }

  /**
   * What is sent of each job.
   *
   * @param name its name among the others
   * @param type the type of a value
   * @param value a job's
   * @param newArray makes room for the values
   */
  private record Column<T>(
      String name,
      DataType<T> type,
      Function<NewJob, ? extends T> value,
      IntFunction<T[]> newArray) {

    static Column<String> ofText(String name, Function<NewJob, String> value) {
      return new Column<>(name, SQLDataType.CLOB, value, String[]::new);
    }

    static Column<Integer> ofNumber(String name, Function<NewJob, Integer> value) {
      return new Column<>(name, SQLDataType.INTEGER, value, Integer[]::new);
    }

    Field<T[]> array() {
      return param(name, type.getArrayDataType());
    }

    T[] values(List<NewJob> jobs) {
      return jobs.stream().map(value).toArray(newArray);
    }

    Field<T> sent() {
      return field(DSL.name("job", name), type);
    }

    <P> Field<P> parsed(String template, DataType<P> as) {
      return field(template, as, sent());
    }
  }

  /**
   * Inserts jobs, of each unique key at most one.
   *
   * @return those that were new, in the order given
   */
  List<JobRow> insert(DSLContext db, List<NewJob> jobs) {
    return jobs.stream().anyMatch(job -> job.uniqueness().isPresent())
        ? insertUnique.fetch(db, values(OF_UNIQUE, jobs), rows)
        : insert.fetch(db, values(OF_ANY, jobs), rows);
  }

  private static Map<String, ?> values(List<Column<?>> columns, List<NewJob> jobs) {
    return columns.stream().collect(Collectors.toMap(Column::name, column -> column.values(jobs)));
  }

  private static Query statement() {
    Map<Field<?>, Field<?>> stored = stored();
    return insertInto(RIVER_JOB)
        .columns(stored.keySet())
        .select(select(stored.values()).from(rows(OF_ANY)).orderBy(place()))
        .returning();
  }

  /** A conflict is looked for even where there is no key, which costs a tenth. */
  private Query uniqueStatement() {
    Map<Field<?>, Field<?>> stored = stored();
    stored.put(
        RIVER_JOB.UNIQUE_KEY,
        UNIQUE_KEY.parsed("decode(nullif({0}, ''), 'hex')", SQLDataType.BLOB));
    stored.put(
        RIVER_JOB.UNIQUE_STATES,
        UNIQUE_STATES.parsed("nullif({0}, '')::bit(8)", RIVER_JOB.UNIQUE_STATES.getDataType()));
    return insertInto(RIVER_JOB)
        .columns(stored.keySet())
        .select(select(stored.values()).from(rows(OF_UNIQUE)).orderBy(place()))
        .onConflict(RIVER_JOB.UNIQUE_KEY)
        .where(holdsKey())
        .doNothing()
        .returning();
  }

  /** What is stored of any job, by column. */
  private static Map<Field<?>, Field<?>> stored() {
    Map<Field<?>, Field<?>> stored = new LinkedHashMap<>();
    stored.put(RIVER_JOB.KIND, KIND.sent());
    stored.put(RIVER_JOB.ARGS, ARGS.parsed("{0}::jsonb", SQLDataType.JSONB));
    stored.put(RIVER_JOB.QUEUE, QUEUE.sent());
    stored.put(RIVER_JOB.PRIORITY, PRIORITY.sent());
    stored.put(RIVER_JOB.MAX_ATTEMPTS, MAX_ATTEMPTS.sent());
    stored.put(RIVER_JOB.TAGS, TAGS.parsed("{0}::varchar[]", RIVER_JOB.TAGS.getDataType()));
    stored.put(RIVER_JOB.METADATA, METADATA.parsed("{0}::jsonb", SQLDataType.JSONB));
    stored.put(RIVER_JOB.SCHEDULED_AT, coalesce(DUE_AT, Database.now()));
    stored.put(
        RIVER_JOB.STATE,
        when(DSL.condition(PENDING.sent()), inline(RiverJobState.pending))
            .when(DUE_AT.gt(Database.now()), inline(RiverJobState.scheduled))
            .otherwise(inline(RiverJobState.available)));
    return stored;
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
    return DirectRows.fetch(db, select, rows);
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

  /** As in {@link JobResults}; the place keeps the rows in order. */
  private static Table<?> rows(List<Column<?>> columns) {
    Field<?>[] arrays = columns.stream().map(Column::array).toArray(Field<?>[]::new);
    Stream<String> names = columns.stream().map(Column::name);
    return table("unnest({0}) WITH ORDINALITY", DSL.list(arrays))
        .as("job", Stream.concat(names, Stream.of("place")).toArray(String[]::new));
  }

  private static Field<Long> place() {
    return field(name("job", "place"), SQLDataType.BIGINT);
  }

  private static String scheduledAt(NewJob job) {
    return job.scheduledAt().map(Instant::toString).orElse("");
  }

  private static String uniqueKey(NewJob job) {
    return job.uniqueKey().map(UniqueKey::hex).orElse("");
  }

  private static String uniqueStates(NewJob job) {
    return job.uniqueness().map(unique -> StateMask.of(unique.states())).orElse("");
  }
}
