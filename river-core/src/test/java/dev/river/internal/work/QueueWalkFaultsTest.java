package dev.river.internal.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.error.DatabaseException;
import dev.river.internal.codec.JsonCodec;
import dev.river.internal.store.Database;
import dev.river.job.JobRow;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.LogWatch;
import dev.river.testing.NewJobs;
import dev.river.testing.RiverDatabase;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of jobs that are claimed already when those ahead of them can't be. */
class QueueWalkFaultsTest {
  private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");
  private static final int BLOCKED = 77;

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private QueueWalk walk;
  private long behind;
  private long ahead;

  /** It claims from where it stands, one job behind it and one ahead. */
  @BeforeEach
  void stand() {
    Database database =
        new Database(river.unpooled(), Optional.empty()).withSilenceLimit(Duration.ofMillis(300));
    walk =
        new QueueWalk(
            ClaimSource.of("me", database, new JsonCodec()),
            "default",
            new QueueWalk.Settings(Duration.ZERO, Duration.ZERO, Duration.ZERO, 1, 3));
    river.insert(NewJobs.at(BEGINNING.plusSeconds(1)));
    assertThat(walk.claim(1)).hasSize(1);
    behind = river.insert(NewJobs.at(BEGINNING));
    ahead = river.insert(NewJobs.at(BEGINNING.plusSeconds(2)));
  }

  @Test
  void givesThoseThatAreClaimedIfTheServerRefusesTheOthers() {
    onClaimOfTheOneAhead("RAISE EXCEPTION 'no'");

    assertThat(walk.claim(2)).extracting(JobRow::id).containsExactly(behind);

    assertThat(river.row(behind).getState()).isEqualTo(RiverJobState.running);
    assertThat(river.row(ahead).getState()).isEqualTo(RiverJobState.available);
  }

  /** Whoever claims is in doubt then, and finds those that are claimed. */
  @Test
  void failsIfTheAnswerIsLostBecauseTheOthersMayBeClaimedToo() throws Exception {
    log.expectWarnings();
    onClaimOfTheOneAhead("PERFORM pg_advisory_xact_lock(" + BLOCKED + ")");
    try (Connection blocker = river.dataSource().getConnection()) {
      blocker.setAutoCommit(false);
      blocker.createStatement().execute("SELECT pg_advisory_xact_lock(" + BLOCKED + ")");

      assertThatThrownBy(() -> walk.claim(2)).isInstanceOf(DatabaseException.class);

      assertThat(river.row(behind).getState()).isEqualTo(RiverJobState.running);
      blocker.rollback();
    }
  }

  private void onClaimOfTheOneAhead(String statement) {
    river
        .dsl()
        .execute(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              %s;
              RETURN NEW;
            END $$;
            CREATE TRIGGER refuse BEFORE UPDATE ON river_job FOR EACH ROW
            WHEN (NEW.id = %s) EXECUTE FUNCTION refuse();
            """
                .formatted(statement, ahead));
  }
}
