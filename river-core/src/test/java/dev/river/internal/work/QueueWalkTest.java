package dev.river.internal.work;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.river.internal.codec.JsonCodec;
import dev.river.internal.store.JobClaims;
import dev.river.job.JobRow;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.RiverDatabase;
import dev.river.testing.StoredJob;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/**
 * No job is left behind by claims that begin where the last one ended: neither one that is
 * committed late, nor one that is put back, nor one that was scheduled for long ago, of whatever
 * priority.
 */
class QueueWalkTest {
  private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

  private final RiverDatabase river = new RiverDatabase();

  @BeforeProperty
  void openDatabase() {
    river.open();
  }

  @AfterProperty
  void closeDatabase() {
    river.close();
  }

  /** What may happen to a queue. */
  sealed interface Step {
    /** Somebody inserts a job and commits, which may be later. */
    record Insert(int priority, int second, boolean late) implements Step {}

    /** The oldest late one commits. */
    record Commit() implements Step {}

    record Claim(int limit) implements Step {}

    /** A job that was claimed waits again, at its old place. */
    record PutBack(int which) implements Step {}
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Step> insert =
        Combinators.combine(
                Arbitraries.integers().between(1, 4),
                Arbitraries.integers().between(0, 20),
                Arbitraries.of(true, false, false))
            .as(Step.Insert::new);
    Arbitrary<Step> claim = Arbitraries.integers().between(1, 4).map(Step.Claim::new);
    Arbitrary<Step> putBack = Arbitraries.integers().between(0, 100).map(Step.PutBack::new);
    return Arbitraries.frequencyOf(
            Tuple.of(5, insert),
            Tuple.of(4, claim),
            Tuple.of(1, putBack),
            Tuple.of(2, Arbitraries.just((Step) new Step.Commit())))
        .list()
        .ofMaxSize(40);
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void claimsEveryJobFromTheFront(@ForAll("steps") List<Step> steps) throws SQLException {
    run(steps, Duration.ZERO);
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void claimsEveryJobWhereItGoesBackToTheBeginningAgainAndAgain(@ForAll("steps") List<Step> steps)
      throws SQLException {
    run(steps, Duration.ofHours(1));
  }

  private void run(List<Step> steps, Duration quickRound) throws SQLException {
    river.dsl().deleteFrom(RIVER_JOB).execute();
    try (World world =
        new World(new QueueWalk.Settings(Duration.ZERO, Duration.ZERO, quickRound, 1, 3))) {
      for (Step step : steps) {
        world.run(step);
      }
      world.commitAll();
      world.claimTheRest(steps.size());
      assertThat(river.dsl().fetchCount(RIVER_JOB, RIVER_JOB.STATE.eq(RiverJobState.available)))
          .isZero();
    }
  }

  /** A queue, its client, and what others do. */
  private final class World implements AutoCloseable {
    private final QueueWalk walk;
    private final List<Connection> late = new ArrayList<>();
    private final List<Long> claimed = new ArrayList<>();
    private final Set<Long> running = new HashSet<>();

    World(QueueWalk.Settings settings) {
      var source = ClaimSource.of("me", river.database(), new JsonCodec());
      this.walk = new QueueWalk(source, "default", settings);
    }

    void run(Step step) throws SQLException {
      switch (step) {
        case Step.Insert insert -> insert(insert);
        case Step.Claim claim -> claim(claim.limit());
        case Step.PutBack back -> putBack(back.which());
        case Step.Commit commit -> commitOne();
      }
    }

    private void insert(Step.Insert insert) throws SQLException {
      Connection connection = river.unpooled().getConnection();
      connection.setAutoCommit(false);
      DSLContext dsl = DSL.using(connection, SQLDialect.POSTGRES);
      StoredJob.in(
          dsl,
          RiverJobState.available,
          job -> {
            job.setPriority(insert.priority());
            job.setScheduledAt(BEGINNING.plusSeconds(insert.second()));
          });
      late.add(connection);
      if (!insert.late()) {
        commit(late.size() - 1);
      }
    }

    private void commitOne() throws SQLException {
      if (!late.isEmpty()) {
        commit(0);
      }
    }

    private void commit(int which) throws SQLException {
      try (Connection connection = late.remove(which)) {
        connection.commit();
      }
    }

    void commitAll() throws SQLException {
      while (!late.isEmpty()) {
        commit(0);
      }
    }

    private int claim(int limit) {
      List<JobRow> rows = walk.claim(limit);
      assertThat(rows).hasSizeLessThanOrEqualTo(limit).isSortedAccordingTo(JobClaims.WORK_ORDER);
      for (JobRow row : rows) {
        assertThat(running.add(row.id())).isTrue();
        claimed.add(row.id());
      }
      return rows.size();
    }

    private void putBack(int which) {
      if (!claimed.isEmpty()) {
        long id = claimed.remove(which % claimed.size());
        running.remove(id);
        river
            .dsl()
            .update(RIVER_JOB)
            .set(RIVER_JOB.STATE, RiverJobState.available)
            .where(RIVER_JOB.ID.eq(id))
            .execute();
      }
    }

    /** Every second look is one of the round, so two rounds and some claims find everything. */
    void claimTheRest(int jobs) {
      for (int i = 0; i < 6 * (jobs + 4); i++) {
        claim(4);
      }
    }

    @Override
    public void close() throws SQLException {
      commitAll();
    }
  }
}
