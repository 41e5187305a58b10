package dev.river;

import static dev.river.schema.Tables.RIVER_JAVA_CLIENT;
import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.zaxxer.hikari.HikariDataSource;
import dev.river.error.DatabaseException;
import dev.river.job.InsertOpts;
import dev.river.job.JobState;
import dev.river.schema.enums.RiverJobState;
import dev.river.schema.tables.records.RiverJobRecord;
import dev.river.testing.LogWatch;
import dev.river.testing.PgBouncer;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.PGConnection;

/** Two clients that only poll, behind a real PgBouncer in transaction mode. */
class PgBouncerTest {
  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final List<RiverClient> clients = new ArrayList<>();
  private PgBouncer pgBouncer;
  private HikariDataSource pool;

  @BeforeEach
  void startPgBouncer() {
    Optional<Path> binary = PgBouncer.installed();
    assumeTrue(
        binary.isPresent(), "pgbouncer is not installed: apt-get install pgbouncer, for example");
    pgBouncer = PgBouncer.start(binary.orElseThrow(), river.url());
    pool = pgBouncer.pool(20);
  }

  @AfterEach
  void stopPgBouncer() {
    if (pgBouncer != null) {
      clients.forEach(RiverClient::close); // before their pool
      pool.close();
      pgBouncer.close();
    }
  }

  @Test
  void jobsAreWorkedTriedAgainAndScheduled() {
    RiverClient one = started("one");
    started("two");
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      ids.add(one.insert(new TestArgs("a")).id());
    }
    long failing = one.insert(new TestArgs("fail once")).id();
    long later =
        one.insert(
                new TestArgs("a"),
                InsertOpts.builder().scheduledAt(Instant.now().plusMillis(300)).build())
            .id();

    river.awaitAll(ids, RiverJobState.completed);
    assertThat(river.awaitState(failing, RiverJobState.completed).getAttempt()).isEqualTo(2);
    river.awaitState(later, RiverJobState.completed);
    assertThat(river.dsl().fetchCount(RIVER_JOB, RIVER_JOB.ATTEMPT.gt(2))).isZero();
    assertThat(one.jobs().get(later).orElseThrow().state()).isEqualTo(JobState.COMPLETED);
    assertThat(one.fleet().leader()).isEmpty();
  }

  @Test
  void nothingOfASessionIsLeftBehind() {
    RiverClient one = started("one");
    started("two");
    river.awaitState(one.insert(new TestArgs("a")).id(), RiverJobState.completed);

    // Locks of transactions come and go, and sooner or later a look finds them gone. One of a
    // session
    // would be there at every look.
    Set<String> left = advisoryLocks();
    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(
            () -> {
              left.retainAll(advisoryLocks());
              return left.isEmpty();
            });
    assertThat(
            river
                .dsl()
                .fetch(
                    "SELECT query FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND query LIKE 'LISTEN%'"))
        .isEmpty();
    assertThat(
            river.dsl().fetch("SELECT client_id FROM river_java_client WHERE lock_key IS NOT NULL"))
        .isEmpty();
  }

  private Set<String> advisoryLocks() {
    return new HashSet<>(
        river
            .dsl()
            .fetch(
                "SELECT concat_ws(' ', pid, classid, objid, objsubid) FROM pg_locks"
                    + " WHERE locktype = 'advisory' AND database ="
                    + " (SELECT oid FROM pg_database WHERE datname = current_database())")
            .getValues(0, String.class));
  }

  @Test
  void oneClientAtATimeDoesADuty() {
    river
        .dsl()
        .execute(
            """
            CREATE TABLE pass (pid int, began timestamptz, ended timestamptz);
            CREATE FUNCTION note_pass() RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE
              began timestamptz := clock_timestamp();
            BEGIN
              IF EXISTS (SELECT FROM before WHERE state = 'scheduled') THEN
                PERFORM pg_sleep(0.1);
                INSERT INTO pass VALUES (pg_backend_pid(), began, clock_timestamp());
              END IF;
              RETURN NULL;
            END $$;
            CREATE TRIGGER note_pass AFTER UPDATE ON river_job REFERENCING OLD TABLE AS before
            FOR EACH STATEMENT EXECUTE FUNCTION note_pass();
            """);
    started("one");
    RiverClient two = started("two");
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Instant at = Instant.now().plusMillis(100L * i);
      ids.add(two.insert(new TestArgs("a"), InsertOpts.builder().scheduledAt(at).build()).id());
    }

    river.awaitAll(ids, RiverJobState.completed);
    assertThat(river.dsl().fetch("SELECT * FROM pass")).hasSizeGreaterThan(1);
    assertThat(
            river
                .dsl()
                .fetch(
                    "SELECT one.*, other.* FROM pass one JOIN pass other"
                        + " ON one.began < other.began AND other.began < one.ended"))
        .isEmpty();
  }

  @Test
  void theJobsOfAClientWhoseHeartbeatsHaveStoppedAreRescued() {
    log.expectWarnings();
    long id = river.client(RiverClient.builder(pool)).insert(new TestArgs("a")).id();
    river
        .dsl()
        .execute(
            """
            INSERT INTO river_java_client (client_id, started_at, heartbeat_at)
            VALUES ('dead', now() - interval '1 hour', now() - interval '1 minute');
            UPDATE river_job SET state = 'running', attempt = 1,
              attempted_at = now() - interval '2 minutes', attempted_by = '{dead}';
            """);

    started("one");
    started("two");

    RiverJobRecord row = river.awaitState(id, RiverJobState.completed);
    assertThat(row.getAttempt()).isEqualTo(2);
    assertThat(row.getErrors()).hasSize(1);
    assertThat(log.warnings()).anyMatch(line -> line.contains("client dead is gone"));
    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(
            () ->
                river.dsl().fetchCount(RIVER_JAVA_CLIENT, RIVER_JAVA_CLIENT.CLIENT_ID.eq("dead"))
                    == 0);
  }

  @Test
  void statementsAreNotPreparedThoughTheDriverWould() throws Exception {
    try (HikariDataSource preparing = pgBouncer.pool(20, 1)) {
      RiverClient client = started("one", preparing);
      List<Long> ids = Collections.synchronizedList(new ArrayList<>());
      List<Thread> inserting = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        inserting.add(
            Thread.ofVirtual()
                .start(
                    () -> {
                      for (int j = 0; j < 50; j++) {
                        ids.add(client.insert(new TestArgs("a")).id());
                      }
                    }));
      }
      for (Thread thread : inserting) {
        assertThat(thread.join(RiverDatabase.PATIENCE)).isTrue();
      }

      assertThat(ids).hasSize(400);
      river.awaitAll(ids, RiverJobState.completed);
      try (Connection lent = preparing.getConnection()) {
        assertThat(lent.unwrap(PGConnection.class).getPrepareThreshold()).isEqualTo(1);
      }
      client.close(); // before its pool
    }
  }

  @Test
  void refusesStatementModeAtItsStart() {
    log.expectWarnings();
    try (PgBouncer ofStatements =
            PgBouncer.start(PgBouncer.installed().orElseThrow(), river.url(), "statement");
        HikariDataSource statements = ofStatements.pool(5)) {
      RiverClient client =
          river.client(
              RiverClient.builder(statements)
                  .pollOnly(true)
                  .queue("default", 1)
                  .awaitDatabase(RiverClient.FOREVER)
                  .workers(
                      new Workers().add(TestArgs.class, (job, context) -> WorkResult.completed())));

      assertThatThrownBy(client::start)
          .isInstanceOf(DatabaseException.class)
          .hasMessageContaining("PgBouncer's statement mode can't be used");
    }
  }

  @Test
  void whoStopsLeavesNoRow() {
    RiverClient client = started("one");
    assertThat(river.dsl().fetchCount(RIVER_JAVA_CLIENT)).isEqualTo(1);

    client.stop();

    assertThat(river.dsl().fetchCount(RIVER_JAVA_CLIENT)).isZero();
  }

  private RiverClient started(String id) {
    return started(id, pool);
  }

  private RiverClient started(String id, DataSource dataSource) {
    RiverClient client =
        river.started(
            RiverClient.builder(dataSource)
                .id(id)
                .queue("default", 10)
                .pollOnly(true)
                .pollInterval(Duration.ofMillis(50))
                .retryPolicy(job -> Duration.ofMillis(100))
                .workers(
                    new Workers()
                        .add(
                            TestArgs.class,
                            (job, context) -> {
                              if (job.args().name().equals("fail once") && job.attempt() == 1) {
                                throw new IllegalStateException("once");
                              }
                              return WorkResult.completed();
                            })));
    clients.add(client);
    return client;
  }
}
