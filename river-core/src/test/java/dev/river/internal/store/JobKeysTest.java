package dev.river.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.internal.codec.JsonCodec;
import dev.river.testing.NewJobs;
import dev.river.testing.RiverDatabase;
import java.util.function.ToIntFunction;
import org.jooq.DSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Statements on a table whose statistics are of the time when it was full of waiting jobs. */
class JobKeysTest {
  private static final int LIMIT = 1_000;

  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  @Test
  void aClaimReadsNotTheWholeTable() {
    JobClaims claims = new JobClaims(new JsonCodec());
    fillAndEmpty("available");
    river.insert(NewJobs.available());

    assertThat(wholeReads(db -> claims.claim(db, "default", "client", LIMIT).size())).isZero();
  }

  @Test
  void aPassOfTheSchedulerReadsNotTheWholeTable() {
    JobSchedules schedules = new JobSchedules();
    fillAndEmpty("scheduled");
    river.insert(NewJobs.available());
    river.dsl().execute("UPDATE river_job SET state = 'scheduled' WHERE state = 'available'");

    assertThat(wholeReads(db -> schedules.schedule(db, LIMIT).moved())).isZero();
  }

  private void fillAndEmpty(String state) {
    river
        .dsl()
        .execute(
            "INSERT INTO river_job (kind, args, state)"
                + " SELECT 'test', jsonb_build_object('text', repeat('x', 500)), ?::river_job_state"
                + " FROM generate_series(1, 10000)",
            state);
    river.dsl().execute("ANALYZE river_job");
    river.dsl().execute("UPDATE river_job SET state = 'completed', finalized_at = now()");
  }

  private long wholeReads(ToIntFunction<DSLContext> statement) {
    return river
        .database()
        .callAtomically(
            db -> {
              long before = wholeReadsSoFar(db);
              assertThat(statement.applyAsInt(db)).isEqualTo(1);
              return wholeReadsSoFar(db) - before;
            });
  }

  private static long wholeReadsSoFar(DSLContext db) {
    return db.fetchSingle("SELECT pg_stat_get_xact_numscans('river_job'::regclass)")
        .get(0, Long.class);
  }
}
