package dev.river.internal.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.river.error.DatabaseException;
import dev.river.internal.codec.JsonCodec;
import dev.river.internal.store.Database;
import dev.river.job.JobRow;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.NewJobs;
import dev.river.testing.RiverDatabase;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ClaimerTest {
  private static final Duration NO_REST = Duration.ofNanos(1);

  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final ClaimedJobs claimed = new ClaimedJobs();

  @Test
  void findsAJobWhoseClaimIsCommittedLongAfterItWasGivenUp() throws Exception {
    long id = river.insert(NewJobs.available());
    try (Connection blocker = river.dataSource().getConnection()) {
      blocker.setAutoCommit(false);
      blocker
          .createStatement()
          .execute(
              """
              CREATE FUNCTION block() RETURNS trigger LANGUAGE plpgsql AS $$
              BEGIN
                PERFORM pg_advisory_xact_lock(42);
                RETURN NULL;
              END $$;
              CREATE CONSTRAINT TRIGGER block AFTER UPDATE ON river_job
              DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
              WHEN (NEW.state = 'running') EXECUTE FUNCTION block();
              """);
      blocker.commit();
      blocker.createStatement().execute("SELECT pg_advisory_xact_lock(42)");
      Claimer claimer = claimer(Duration.ofMillis(300), Long.MAX_VALUE);

      assertThatThrownBy(() -> claimer.claim(1)).isInstanceOf(DatabaseException.class);
      for (int looks = 0; looks < 200; looks++) {
        assertThat(claimer.recover(1)).isEmpty();
      }
      assertThat(river.row(id).getState()).isEqualTo(RiverJobState.available);
      blocker.rollback();

      List<JobRow> found =
          await()
              .atMost(RiverDatabase.PATIENCE)
              .until(() -> claimer.recover(1), rows -> !rows.isEmpty());
      assertThat(found).extracting(JobRow::id).containsExactly(id);
    }
  }

  @Test
  void looksForNothingAfterAClaimThatTheServerHasRefused() {
    river.insert(NewJobs.available());
    river.dsl().execute("ALTER TABLE river_job RENAME COLUMN tags TO labels");
    Claimer claimer = claimer(RiverDatabase.PATIENCE, Long.MAX_VALUE);

    assertThatThrownBy(() -> claimer.claim(1)).isInstanceOf(DatabaseException.class);

    assertThat(claimer.restAtMost(Duration.ofHours(1))).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void putsBackLargeJobsForWhichThereIsNoMemoryAndClaimsSmallOnesMeanwhile() {
    long first = insertLarge();
    long second = insertLarge();
    long small = river.insert(NewJobs.available());
    Claimer claimer = claimer(RiverDatabase.PATIENCE, 1_000_000);

    assertThat(claimer.claim(10)).extracting(JobRow::id).containsExactly(small);
    assertThat(claimer.hasMore()).isTrue();
    List<JobRow> rows = claimer.claim(10);
    assertThat(rows).extracting(JobRow::id).containsExactly(first);
    assertThat(rows.getFirst().encodedArgs()).hasSizeGreaterThan(3_000_000);
    claimed.add(List.of(new Attempt(rows.getFirst(), true, () -> {})));
    assertThat(claimer.claim(10)).isEmpty();
    assertThat(river.row(second).getState()).isEqualTo(RiverJobState.available);
    assertThat(river.row(second).getAttempt()).isZero();

    long another = river.insert(NewJobs.available());
    assertThat(claimer.claim(10)).extracting(JobRow::id).containsExactly(another);
    assertThat(claimer.claim(10)).isEmpty();
    assertThat(claimer.restAtMost(Duration.ofHours(1))).isLessThan(Duration.ofSeconds(1));

    claimed.remove(rows);
    List<JobRow> next =
        await()
            .atMost(RiverDatabase.PATIENCE)
            .until(() -> claimer.claim(10), found -> !found.isEmpty());
    assertThat(next).extracting(JobRow::id).containsExactly(second);
  }

  @Test
  void readsLargeJobsWithTheirMetadata() {
    long id = insertLarge();
    river
        .dsl()
        .execute(
            "UPDATE river_job SET metadata = (SELECT jsonb_object_agg(n, md5(n || ''))"
                + " FROM generate_series(1, 2000) n)");

    JobRow row = claimer(RiverDatabase.PATIENCE, Long.MAX_VALUE).claim(1).getFirst();

    assertThat(row.id()).isEqualTo(id);
    assertThat(row.metadata()).isEqualTo(river.row(id).getMetadata().data());
    assertThat(row.encodedArgs()).isEqualTo(river.row(id).getArgs().data());
  }

  private long insertLarge() {
    return river
        .dsl()
        .fetchSingle(
            "INSERT INTO river_job (kind, args) VALUES ('test',"
                + " jsonb_build_object('name', repeat('x', 3000000))) RETURNING id")
        .get(0, Long.class);
  }

  private Claimer claimer(Duration silence, long room) {
    Database database = new Database(river.unpooled(), Optional.empty()).withSilenceLimit(silence);
    return new Claimer(
        ClaimSource.of("me", database, new JsonCodec()), "default", claimed, NO_REST, room);
  }
}
