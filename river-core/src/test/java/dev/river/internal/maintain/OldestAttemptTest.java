package dev.river.internal.maintain;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.river.internal.codec.JsonCodec;
import dev.river.internal.store.AdvisoryLocks;
import dev.river.internal.store.ClientStore;
import dev.river.internal.store.Database;
import dev.river.internal.store.JobRescues;
import dev.river.job.JobRow;
import dev.river.testing.RiverDatabase;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OldestAttemptTest {
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final JobRescues rescues = new JobRescues(new JsonCodec());
  private HikariDataSource one; // a single connection, which counts what it reads
  private DSLContext dsl;

  @BeforeEach
  void connect() {
    HikariConfig config = new HikariConfig();
    config.setDataSource(river.unpooled());
    config.setMaximumPoolSize(1);
    config.setConnectionInitSql("SET enable_seqscan = off; SET enable_bitmapscan = off");
    one = new HikariDataSource(config);
    dsl = DSL.using(one, SQLDialect.POSTGRES);
  }

  @AfterEach
  void disconnect() {
    one.close();
  }

  @Test
  void knowsNothingBeforeTheFirstLook() {
    assertThat(oldestAttempt().get()).isEqualTo(Instant.EPOCH);
  }

  @Test
  void isAMomentAgoWhenNothingRuns() {
    OldestAttempt oldest = oldestAttempt();

    oldest.run();

    Instant now = dsl.fetchSingle("SELECT now()").get(0, Instant.class);
    assertThat(oldest.get()).isBetween(now.minusSeconds(40), now.minusSeconds(10));
  }

  @Test
  void isWhenTheOldestAttemptBeganThatRuns() {
    begin(1, "2 hours", "client");
    dsl.execute("UPDATE river_job SET state = 'available'");
    begin(1, "1 hour", "client");
    begin(1, "1 minute", "client");
    OldestAttempt oldest = oldestAttempt();

    oldest.run();
    oldest.run();

    Instant now = dsl.fetchSingle("SELECT now()").get(0, Instant.class);
    assertThat(oldest.get()).isBetween(now.minusSeconds(3_640), now.minusSeconds(3_600));
  }

  @Test
  void findsAnOlderOneAgainWhenItLooksFromTheBeginning() {
    OldestAttempt now = oldestAttempt();
    OldestAttempt always = lookingEvery(Duration.ZERO, RiverDatabase.PATIENCE);
    now.run();
    always.run();
    begin(1, "1 hour", "client"); // as if the server's clock had been set back

    now.run();
    always.run();

    assertThat(always.get()).isBefore(now.get());
  }

  @Test
  void searchesReadNothingThatEndedBeforeWhileASnapshotIsHeld() throws Exception {
    try (Connection snapshot = river.unpooled().getConnection()) {
      snapshot.setAutoCommit(false);
      snapshot.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      snapshot.createStatement().execute("SELECT FROM river_job");
      ClientStore clients = new ClientStore(new AdvisoryLocks(7, Optional.empty()));
      var gone = database().call(db -> clients.register(db, "gone"));
      dsl.execute("UPDATE river_java_client SET started_at = now() - interval '2 hours'");
      begin(1_000, "1 hour", "gone");
      dsl.execute("UPDATE river_job SET state = 'completed', finalized_at = now()");
      begin(1, "1 second", "gone");
      dsl.execute("UPDATE river_java_client SET gone_at = now()");
      OldestAttempt oldest = oldestAttempt();

      oldest.run();
      assertThat(entriesRead()).isGreaterThan(1_000);
      List<JobRow> orphans =
          database()
              .call(
                  db ->
                      rescues.orphans(db, List.of("test"), new JobRescues.Start(oldest.get()), 10));
      oldest.run();
      database().run(db -> clients.forgetGone(db, oldest.get()));
      database().run(db -> clients.leave(db, gone.incarnation(), oldest.get()));

      assertThat(orphans).hasSize(1);
      assertThat(dsl.fetchCount(DSL.table("river_java_client"))).isEqualTo(1);
      assertThat(entriesRead()).isLessThan(1_100);
    }
  }

  @Test
  void restsAfterAWholeLookThatTookTooLong() throws Exception {
    Duration rest = Duration.ofMinutes(7);
    OldestAttempt unknown = lookingEvery(rest, Duration.ofMillis(50));
    OldestAttempt known = lookingEvery(Duration.ZERO, Duration.ofMillis(500));
    known.run();
    Instant before = known.get();
    try (Connection locking = river.unpooled().getConnection()) {
      locking.setAutoCommit(false);
      locking.createStatement().execute("LOCK TABLE river_job");

      assertThat(unknown.run()).isEqualTo(rest);
      assertThat(known.run()).isLessThan(rest);
    }
    assertThat(unknown.get()).isEqualTo(Instant.EPOCH);
    assertThat(known.get()).isEqualTo(before);
  }

  private OldestAttempt lookingEvery(Duration betweenWholeLooks, Duration limit) {
    return new OldestAttempt(database(), rescues, betweenWholeLooks, limit);
  }

  private OldestAttempt oldestAttempt() {
    return new OldestAttempt(database(), rescues);
  }

  private Database database() {
    return new Database(one, Optional.empty());
  }

  private void begin(int attempts, String ago, String client) {
    dsl.execute(
        "INSERT INTO river_job (kind, args, state, attempt, attempted_at, attempted_by)"
            + " SELECT 'test', '{}', 'running', 1, now() - ?::interval, array[?]"
            + " FROM generate_series(1, ?)",
        ago,
        client,
        attempts);
  }

  private long entriesRead() {
    dsl.execute("SELECT pg_stat_force_next_flush()");
    return dsl.fetchSingle(
            "SELECT idx_tup_read FROM pg_stat_user_indexes"
                + " WHERE indexrelname = 'river_job_running_idx'")
        .get(0, Long.class);
  }
}
