package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JAVA_CLIENT;
import static dev.river.schema.Tables.RIVER_JOB;
import static org.jooq.impl.DSL.all;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.least;
import static org.jooq.impl.DSL.min;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.val;

import dev.river.error.DatabaseException;
import dev.river.internal.codec.JsonCodec;
import dev.river.job.JobRow;
import dev.river.schema.enums.RiverJobState;
import dev.river.schema.tables.RiverJavaClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record1;
import org.jooq.Select;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds running jobs that nobody runs any more. */
public final class JobRescues {
  /** Who claimed a job last. */
  static final Field<String> OWNER =
      field("{0}[cardinality({0})]", SQLDataType.CLOB, RIVER_JOB.ATTEMPTED_BY);

  /** The state is inlined, so that a prepared statement can use partial indexes. */
  static final Condition RUNS = RIVER_JOB.STATE.eq(inline(RiverJobState.running));

  /** Longer than it takes to see that the server's clock was set back. */
  public static final Duration LATELY = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(JobRescues.class);

  private final JobRows rows;

  /**
   * Creates it.
   *
   * @param codec reads rows
   */
  public JobRescues(JsonCodec codec) {
    this.rows = JobRows.small(codec);
  }

  /**
   * Where a search begins.
   *
   * @param oldest no running attempt is older; looking at what lies before may take long
   * @param passed the last job that was found already; null at the beginning
   * @param isCareful whether a job that can't be read does not keep the others from being found; it
   *     is found without what is stored apart from its row
   */
  public record Start(Instant oldest, @Nullable JobRow passed, boolean isCareful) {
    /**
     * Creates the start of a first search.
     *
     * @param oldest no running attempt is older
     */
    public Start(Instant oldest) {
      this(oldest, null, false);
    }

    /** {@return the start of the next search, behind the jobs that one has found} */
    public Start behind(List<JobRow> found) {
      return found.isEmpty() ? this : new Start(oldest, found.getLast(), isCareful);
    }

    /** {@return the same start of a search that bears jobs that can't be read} */
    public Start careful() {
      return new Start(oldest, passed, true);
    }

    private Condition isBefore() {
      return passed == null
          ? runsSince(oldest)
          : RUNS.and(
              row(RIVER_JOB.ATTEMPTED_AT, RIVER_JOB.ID)
                  .gt(passed.attemptedAt().orElseThrow(), passed.id()));
    }
  }

  /**
   * {@return whether a job runs an attempt that began then, or that began in the last half minute}
   * Only with the time, even if it is known to be early enough, can the index of running jobs be
   * used. After the server's clock was set back new attempts begin before the time that is known;
   * the next look for the oldest one, seconds later, knows that.
   */
  static Condition runsSince(Instant oldest) {
    return RUNS.and(RIVER_JOB.ATTEMPTED_AT.ge(least(val(oldest), Database.nowMinus(LATELY))));
  }

  /**
   * {@return when the oldest attempt began that still runs, or a moment ago if it is younger}
   *
   * @param db where to run
   * @param from looks at attempts from then on only
   * @param moment how old it is at least
   */
  public Instant oldest(DSLContext db, Instant from, Duration moment) {
    return db.select(least(min(RIVER_JOB.ATTEMPTED_AT), Database.nowMinus(moment)))
        .from(RIVER_JOB)
        .where(runsSince(from))
        .fetchSingle()
        .value1();
  }

  /**
   * Finds running jobs of clients that are gone, and locks them. Jobs that someone else has locked
   * are passed over.
   *
   * @param db the transaction that holds the locks
   * @param kinds the kinds that are looked for
   * @param start where to begin
   * @param limit how many at most
   * @return the jobs, those whose attempts are the oldest first
   */
  public List<JobRow> orphans(DSLContext db, Collection<String> kinds, Start start, int limit) {
    return running(db, isOrphan().and(isOneOf(kinds)), start, limit);
  }

  /**
   * Finds jobs that have been running for long and whose client has no heartbeats, and locks them.
   *
   * @param db the transaction that holds the locks
   * @param kinds the kinds that are looked for
   * @param horizon how long they have been running at least
   * @param start where to begin
   * @param limit how many at most
   * @return the jobs, those whose attempts are the oldest first
   */
  public List<JobRow> stuck(
      DSLContext db, Collection<String> kinds, Duration horizon, Start start, int limit) {
    Condition old = RIVER_JOB.ATTEMPTED_AT.lt(Database.nowMinus(horizon));
    Condition ofNoMember = OWNER.isNull().or(OWNER.notIn(clients(false)));
    return running(db, old.and(ofNoMember).and(isOneOf(kinds)), start, limit);
  }

  /**
   * Finds jobs that have been running for long although their client has heartbeats, and locks
   * them.
   *
   * @param db the transaction that holds the locks
   * @param kinds the kinds that are looked for
   * @param horizon how long they have been running at least
   * @param start where to begin
   * @param limit how many at most
   * @return the jobs, those whose attempts are the oldest first
   */
  public List<JobRow> overdue(
      DSLContext db, Collection<String> kinds, Duration horizon, Start start, int limit) {
    Condition old = RIVER_JOB.ATTEMPTED_AT.lt(Database.nowMinus(horizon));
    return running(db, old.and(OWNER.in(clients(false))).and(isOneOf(kinds)), start, limit);
  }

  /** {@return the present, by which jobs have been running for long} */
  public Instant now(DSLContext db) {
    return db.select(Database.now()).fetchSingle().value1();
  }

  /**
   * {@return jobs with their arguments, as far as these can be read} They are read one by one, so
   * that one that can't be read is alone.
   *
   * @param db the transaction that holds their locks
   * @param found the jobs, as they were found
   */
  public List<JobRow> withArgs(DSLContext db, List<JobRow> found) {
    return found.stream().map(row -> JobRows.isWhole(row) ? row : withArgs(db, row)).toList();
  }

  private static JobRow withArgs(DSLContext db, JobRow row) {
    try {
      return Savepoints.behind(
          db,
          () ->
              JobContents.read(db, List.of(row)).stream()
                  .findFirst()
                  .map(JobContents.Contents::row)
                  .orElse(row));
    } catch (RuntimeException e) {
      if (RowFaults.mayBe(e) || RowFaults.isOutOfMemory(e) || isCancelled(e)) {
        return row; // nobody can run it any more, at least not with these arguments
      }
      throw e;
    }
  }

  private static boolean isCancelled(RuntimeException failure) {
    return failure instanceof DatabaseException refusal && refusal.isTimeout();
  }

  /**
   * Whose former jobs are searched for.
   *
   * @param clientId a client that lives
   * @param incarnation its row
   * @param known the jobs that it runs
   */
  public record Namesake(String clientId, long incarnation, Collection<Long> known) {}

  /**
   * Finds running jobs of a living client that it knows nothing of, and locks them, if processes of
   * the same name are gone, which may have left them behind, and no other one lives.
   *
   * @param db the transaction that holds the locks
   * @param namesake the client
   * @param start where to begin
   * @param limit how many at most
   * @return the jobs, those whose attempts are the oldest first
   */
  public List<JobRow> unknownTo(DSLContext db, Namesake namesake, Start start, int limit) {
    RiverJavaClient other = RIVER_JAVA_CLIENT.as("other");
    var others =
        select(other.CLIENT_ID)
            .from(other)
            .where(other.GONE_AT.isNull())
            .and(other.INCARNATION.ne(namesake.incarnation()));
    Condition unknown = RIVER_JOB.ID.ne(all(namesake.known().toArray(Long[]::new)));
    return running(
        db,
        OWNER
            .eq(namesake.clientId())
            .and(OWNER.in(clients(true)))
            .and(OWNER.notIn(others))
            .and(unknown),
        start,
        limit);
  }

  /**
   * {@return whether a job is one of a client that is gone} Whether an attempt began before a
   * process started is not asked, because the server's clock may have been set in between: if one
   * of the same name lives, that knows which jobs are its own.
   */
  static Condition isOrphan() {
    return OWNER.in(clients(true)).and(OWNER.notIn(clients(false)));
  }

  private static Condition isOneOf(Collection<String> kinds) {
    return RIVER_JOB.KIND.eq(any(kinds.toArray(String[]::new)));
  }

  private List<JobRow> running(DSLContext db, Condition which, Start start, int limit) {
    var found =
        db.select(start.isCareful() ? JobRows.columnsOfRow() : JobRows.rescueColumns())
            .from(RIVER_JOB)
            .where(start.isBefore())
            .and(which)
            .orderBy(RIVER_JOB.ATTEMPTED_AT, RIVER_JOB.ID)
            .limit(limit)
            .forUpdate()
            .skipLocked();
    List<JobRow> jobs = DirectRows.fetch(db, found, rows);
    return start.isCareful() ? withMetadata(db, jobs) : jobs;
  }

  private List<JobRow> withMetadata(DSLContext db, List<JobRow> found) {
    Map<Long, JobRow> read = new HashMap<>();
    Halving.run(
            db,
            found,
            some -> readAgain(db, some),
            (job, why) -> LOG.debug("job {}: its metadata can't be read", job.id(), why))
        .forEach(job -> read.put(job.id(), job));
    return found.stream().map(job -> read.getOrDefault(job.id(), job)).toList();
  }

  private List<JobRow> readAgain(DSLContext db, List<JobRow> found) {
    var again =
        db.select(JobRows.rescueColumns())
            .from(RIVER_JOB)
            .where(RIVER_JOB.ID.eq(any(AttemptFence.ids(found))));
    return DirectRows.fetch(db, again, rows);
  }

  /** {@return the clients that are gone, or those that are there} */
  static Select<Record1<String>> clients(boolean gone) {
    RiverJavaClient client = RIVER_JAVA_CLIENT.as(gone ? "gone" : "present");
    return select(client.CLIENT_ID)
        .from(client)
        .where(gone ? client.GONE_AT.isNotNull() : client.GONE_AT.isNull());
  }

  /**
   * {@return those of some jobs of a client that do not run the client's attempt any more, although
   * it has not brought them to an end}
   *
   * @param db where to run
   * @param clientId the client
   * @param claimed the jobs, as they were claimed
   */
  public Set<Long> takenFrom(DSLContext db, String clientId, List<JobRow> claimed) {
    Set<Long> taken = new HashSet<>(claimed.stream().map(JobRow::id).toList());
    Set<List<Object>> attempts = new HashSet<>();
    claimed.forEach(job -> attempts.add(attempt(job)));
    var stillTheirs =
        db.select(JobRows.columnsOfRow())
            .from(RIVER_JOB)
            .where(RIVER_JOB.ID.eq(any(taken.toArray(Long[]::new))))
            .and(RIVER_JOB.STATE.in(inline(RiverJobState.running), inline(RiverJobState.completed)))
            .and(OWNER.eq(clientId));
    DirectRows.fetch(db, stillTheirs, rows).stream()
        .filter(job -> attempts.contains(attempt(job)))
        .forEach(job -> taken.remove(job.id()));
    return taken;
  }

  private static List<Object> attempt(JobRow job) {
    return List.of(job.id(), job.attempt(), job.attemptedAt());
  }
}
