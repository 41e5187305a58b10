package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.river.job.UniqueKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Inserts jobs with COPY, which is the fastest way into a table. It says nothing about single rows,
 * and a conflict ends it.
 */
public final class JobCopies {
  private static final int CHARS_PER_MESSAGE = 1 << 16;
  private static final String NULL = "\\N";

  private static final List<Field<?>> COLUMNS =
      List.of(
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
          RIVER_JOB.UNIQUE_STATES);

  /** Creates it. */
  public JobCopies() {}

  /**
   * What was inserted.
   *
   * @param count how many jobs
   * @param queues the queues in which some of them can be worked at once
   */
  public record Copied(long count, Set<String> queues) {}

  /**
   * Inserts jobs. Whether their time has come is decided by the database's clock. If anything goes
   * wrong none of them is inserted, and the transaction is as it was before.
   *
   * @param db the transaction to insert in
   * @param jobs the jobs, asked for one after the other while the copy runs, so that few of them
   *     need to exist at a time
   * @return what was inserted
   */
  public Copied copy(DSLContext db, Iterator<NewJob> jobs) {
    Instant now = db.select(Database.now()).fetchSingle().value1();
    String copy =
        "COPY %s (%s) FROM STDIN"
            .formatted(
                db.render(RIVER_JOB),
                COLUMNS.stream().map(Field::getName).collect(Collectors.joining(", ")));
    return db.connectionResult(connection -> copyOrRollBack(connection, copy, jobs, now));
  }

  private static Copied copyOrRollBack(
      Connection connection, String sql, Iterator<NewJob> jobs, Instant now) {
    try {
      return Savepoints.behind(
          connection,
          () ->
              new Copying(connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql), now)
                  .copy(jobs));
    } catch (SQLException e) {
      throw DatabaseErrors.translate(e);
    }
  }

  /** One COPY on its way. */
  private static final class Copying {
    private final CopyIn copy;
    private final Instant now;
    private final StringBuilder rows = new StringBuilder();
    private final Set<String> queues = new TreeSet<>();

    Copying(CopyIn copy, Instant now) {
      this.copy = copy;
      this.now = now;
    }

    Copied copy(Iterator<NewJob> jobs) throws SQLException {
      try {
        while (jobs.hasNext()) {
          append(jobs.next());
          if (rows.length() >= CHARS_PER_MESSAGE) {
            send();
          }
        }
        send();
        return new Copied(copy.endCopy(), queues);
      } catch (Throwable e) { // checked ones too, of code of the user's
        cancel(e);
        throw e;
      }
    }

    private void append(NewJob job) {
      value(job.kind());
      value(job.encodedArgs());
      value(job.queue());
      value(Integer.toString(job.priority()));
      value(Integer.toString(job.maxAttempts()));
      value(PostgresText.array(job.tags()));
      value(job.metadata());
      value(job.scheduledAt().orElse(now).toString());
      value(state(job));
      rows.append(job.uniqueKey().map(Copying::bytes).orElse(NULL)).append('\t');
      rows.append(job.uniqueness().map(it -> StateMask.of(it.states())).orElse(NULL)).append('\n');
    }

    private void value(String value) {
      PostgresText.appendCopyValue(rows, value);
      rows.append('\t');
    }

    private static String bytes(UniqueKey key) {
      return "\\\\x" + key.hex(); // one backslash for COPY, one for bytea
    }

    private String state(NewJob job) {
      if (job.isDueAt(now)) {
        queues.add(job.queue());
        return "available";
      }
      return job.pending() ? "pending" : "scheduled";
    }

    private void send() throws SQLException {
      byte[] bytes = rows.toString().getBytes(UTF_8);
      copy.writeToCopy(bytes, 0, bytes.length);
      rows.setLength(0);
    }

    private void cancel(Throwable failure) {
      try {
        if (copy.isActive()) {
          copy.cancelCopy();
        }
      } catch (SQLException e) {
        failure.addSuppressed(e);
      }
    }
  }
}
