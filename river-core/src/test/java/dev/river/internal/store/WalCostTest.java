package dev.river.internal.store;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.river.internal.codec.JsonCodec;
import dev.river.job.JobRow;
import dev.river.testing.RiverDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * How much WAL a job costs. The server counts what each of its processes writes, so the figures are
 * the same each time; images of whole pages after a checkpoint are not among them, because
 * PostgreSQL writes them once for a page, however many of its jobs change.
 */
class WalCostTest {
  private static final int JOBS = 1_000;
  private static final int FIRST_VERSION_THAT_COUNTS = 180_000;

  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final JsonCodec codec = new JsonCodec();
  private final JobClaims claims = new JobClaims(codec);
  private final JobResults results = new JobResults(codec);

  /**
   * @param records WAL records
   * @param bytes of them
   * @param images images of whole pages among them
   */
  record Wal(long records, long bytes, long images) {
    Wal minus(Wal before) {
      return new Wal(records - before.records, bytes - before.bytes, images - before.images);
    }
  }

  @Test
  void toClaimAndCompleteAJobWritesLessThanAKilobyte() throws SQLException {
    try (Connection connection = river.unpooled().getConnection()) {
      Wal cost = workAll(connection, true);

      // a lock, and for each of two changes the row and two entries of indexes
      assertThat(cost.records()).as("records of all jobs").isBetween(7L * JOBS, 7_500L);
      assertThat(withoutImages(cost)).as("bytes of all jobs").isLessThan(1_000L * JOBS);
    }
  }

  @Test
  void toDeleteAJobInsteadOfCompletingItWritesLess() throws SQLException {
    try (Connection connection = river.unpooled().getConnection()) {
      Wal cost = workAll(connection, false);

      // a lock, the row and two entries of indexes, and the row again
      assertThat(cost.records()).as("records of all jobs").isBetween(5L * JOBS, 5_500L);
      assertThat(withoutImages(cost)).as("bytes of all jobs").isLessThan(800L * JOBS);
    }
  }

  private Wal workAll(Connection connection, boolean kept) {
    DSLContext db = river.database().on(connection);
    assumeThat(db.fetchValue("SELECT current_setting('server_version_num')::integer"))
        .asInstanceOf(InstanceOfAssertFactories.INTEGER)
        .isGreaterThanOrEqualTo(FIRST_VERSION_THAT_COUNTS);
    insert(db);
    Wal before = written(db);
    List<JobRow> rows = claims.claim(db, "default", "me", JOBS);
    List<FinishedAttempt> finished =
        rows.stream()
            .map(row -> new FinishedAttempt(row, new Outcome.Completed(), Optional.empty(), kept))
            .toList();
    assertThat(results.store(db, "me", finished)).hasSize(JOBS);
    return written(db).minus(before);
  }

  /** At most 8 kB for each image. */
  private static long withoutImages(Wal cost) {
    return cost.bytes() - 8_192 * cost.images();
  }

  /** With about 256 bytes of arguments each. */
  private static void insert(DSLContext db) {
    db.insertInto(RIVER_JOB, RIVER_JOB.ARGS, RIVER_JOB.KIND)
        .select(
            DSL.select(
                    DSL.inline(JSONB.valueOf("{\"text\": \"" + "x".repeat(240) + "\"}")),
                    DSL.inline("test"))
                .from(DSL.generateSeries(1, JOBS)))
        .execute();
  }

  private static Wal written(DSLContext db) {
    db.execute("SELECT pg_stat_force_next_flush()");
    return db.fetchSingle(
            "SELECT wal_records, wal_bytes::bigint, wal_fpi FROM pg_stat_get_backend_wal(pg_backend_pid())")
        .map(
            row -> new Wal(row.get(0, Long.class), row.get(1, Long.class), row.get(2, Long.class)));
  }
}
