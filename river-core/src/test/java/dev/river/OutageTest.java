package dev.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.river.query.Leader;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TcpProxy;
import dev.river.testing.TestArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Networks, servers and pools that fail for longer than a client's heartbeats may be missing. */
class OutageTest {
  /** Of a client that has been silent for so long the others think that it is gone. */
  private static final String SILENCE = "interval '10 seconds'";

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final BlockingQueue<Long> begun = new LinkedBlockingQueue<>();
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final List<RiverClient> clients = new ArrayList<>();
  private TcpProxy proxy;
  private HikariDataSource pool;

  @BeforeEach
  void openProxy() {
    log.expectWarnings();
    proxy = new TcpProxy(river.url());
    pool = proxy.pool(15);
  }

  @AfterEach
  void closeProxy() {
    proxy.recover();
    mayEnd.countDown();
    clients.forEach(RiverClient::close); // before their pool
    pool.close();
    proxy.close();
  }

  @Test
  void aLeaderWhoseSessionIsCutSilentlyGoesOnWithANewOne() throws Exception {
    started("cut", pool);
    awaitLeader("cut");
    long held = insertWaiting();
    started("other", river.dataSource(), "other");
    awaitSteady("other");
    Session before = sessionOf("cut");

    proxy.silence(before.port());

    // Polling fills in.
    long unannounced = insertUnannounced();
    river.awaitState(unannounced, RiverJobState.completed);
    // The silence is noticed, and the session that the server still thinks is there is ended.
    await()
        .atMost(RiverDatabase.PATIENCE)
        .ignoreExceptions()
        .until(() -> sessionOf("cut").pid() != before.pid());
    assertThat(backends(before.pid())).isZero();
    // Upkeep goes on, whoever leads.
    long scheduled = insertScheduled();
    river.awaitState(scheduled, RiverJobState.completed);
    assertNotRescued(held);
  }

  @Test
  void aMemberWhoseSessionIsCutSilentlyIsNotTakenForGone() throws Exception {
    started("other", river.dataSource(), "other");
    awaitLeader("other");
    started("cut", pool);
    long held = insertWaiting();
    awaitSteady("other");
    Session before = sessionOf("cut");

    proxy.silence(before.port());

    await()
        .atMost(RiverDatabase.PATIENCE)
        .ignoreExceptions()
        .until(() -> sessionOf("cut").pid() != before.pid());
    assertThat(backends(before.pid())).isZero();
    assertNotRescued(held);
  }

  @Test
  void aClientWhosePoolTheApplicationHasUsedUpIsNotTakenForGone() throws Exception {
    started("other", river.dataSource(), "other");
    awaitLeader("other");
    try (HikariDataSource small = proxy.pool(3)) {
      RiverClient client = started("starved", small);
      long held = insertWaiting();
      awaitSteady("other");
      sessionOf("starved");

      List<Connection> taken = List.of(take(small), take(small));
      long waiting = insertUnannounced();
      String begin = now();
      mayEnd.countDown(); // but there is no connection to store the result on
      awaitTrue("SELECT now() > '%s'::timestamptz + %s".formatted(begin, SILENCE));
      awaitTrue(
          "SELECT heartbeat_at > '%s'::timestamptz + interval '5 seconds' AND gone_at IS NULL"
                  .formatted(begin)
              + " FROM river_java_client WHERE client_id = 'starved'");
      assertThat(river.row(held).getState()).isEqualTo(RiverJobState.running);
      assertThat(river.row(waiting).getState()).isEqualTo(RiverJobState.available);
      for (Connection connection : taken) {
        connection.close();
      }

      river.awaitState(waiting, RiverJobState.completed);
      assertNotRescued(held);
      client.close();
    }
  }

  @Test
  void nobodyIsTakenForGoneAfterAnOutageThatWasLongerThanTheSilenceOfTheDead() throws Exception {
    started("one", pool);
    started("two", pool, "other");
    long ofOne = insertWaiting();
    long ofTwo = insertWaiting("other");

    proxy.refuse();
    awaitTrue("SELECT count(*) = 2 FROM river_java_client WHERE heartbeat_at < now() - " + SILENCE);
    proxy.recover();

    awaitTrue(
        "SELECT count(*) = 2 FROM river_java_client"
            + " WHERE heartbeat_at > now() - interval '2 seconds' AND gone_at IS NULL");
    awaitAnyLeader();
    assertNotRescued(ofOne);
    assertNotRescued(ofTwo);
    river.awaitState(insertScheduled(), RiverJobState.completed);
    assertThat(log.warnings()).noneMatch(line -> line.contains("is gone"));
  }

  @Test
  void pollingFillsInWhileListenStaysBroken() throws Exception {
    started("other", river.dataSource(), "other");
    awaitLeader("other");
    proxy.forbid("LISTEN ");
    started("deaf", pool);
    List<Long> ids = new ArrayList<>();
    long held = insertWaiting();
    for (int i = 0; i < 10; i++) {
      ids.add(insertUnannounced());
    }

    river.awaitAll(ids, RiverJobState.completed);
    river.awaitState(insertScheduled(), RiverJobState.completed);
    String begin = now();
    awaitTrue(
        "SELECT heartbeat_at > '%s'::timestamptz + %s AND lock_key IS NULL AND gone_at IS NULL"
                .formatted(begin, SILENCE)
            + " FROM river_java_client WHERE client_id = 'deaf'");
    assertNotRescued(held);

    proxy.recover();
    assertThat(sessionOf("deaf").pid()).isPositive();
  }

  private void assertNotRescued(long id) {
    mayEnd.countDown();
    assertThat(river.awaitState(id, RiverJobState.completed).getAttemptedBy()).hasSize(1);
    assertThat(river.row(id).getAttempt()).isEqualTo(1);
  }

  private RiverClient started(String id, DataSource dataSource) {
    return started(id, dataSource, "default");
  }

  private RiverClient started(String id, DataSource dataSource, String queue) {
    RiverClient client =
        river.started(
            RiverClient.builder(dataSource)
                .id(id)
                .queue(queue, 5)
                .jobTimeout(RiverDatabase.PATIENCE.multipliedBy(10))
                .workers(
                    new Workers()
                        .add(
                            TestArgs.class,
                            (job, context) -> {
                              if (job.args().name().equals("wait")) {
                                begun.add(job.id());
                                mayEnd.await();
                              }
                              return WorkResult.completed();
                            })));
    clients.add(client);
    return client;
  }

  private long insertWaiting() throws InterruptedException {
    return insertWaiting("default");
  }

  /** Inserts a job that ends when it may, and returns when it has begun. */
  private long insertWaiting(String queue) throws InterruptedException {
    long id = insert("'{\"name\": \"wait\"}'", queue, "'available'", "now()");
    assertThat(begun.poll(RiverDatabase.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(id);
    return id;
  }

  private long insertUnannounced() {
    return insert("'{\"name\": \"a\"}'", "default", "'available'", "now()");
  }

  private long insertScheduled() {
    return insert("'{\"name\": \"a\"}'", "default", "'scheduled'", "now()");
  }

  private long insert(String args, String queue, String state, String at) {
    return river
        .dsl()
        .fetchSingle(
            ("INSERT INTO river_job (kind, args, queue, state, scheduled_at, max_attempts)"
                    + " VALUES ('test', %s, '%s', %s, %s, 25) RETURNING id")
                .formatted(args, queue, state, at))
        .get(0, Long.class);
  }

  private static Connection take(DataSource from) {
    return await()
        .atMost(RiverDatabase.PATIENCE)
        .ignoreExceptions()
        .until(from::getConnection, connection -> true);
  }

  private void awaitAnyLeader() {
    Fleet fleet = RiverClient.builder(river.dataSource()).build().fleet();
    await().atMost(RiverDatabase.PATIENCE).until(() -> fleet.leader().isPresent());
  }

  private void awaitLeader(String client) {
    Fleet fleet = RiverClient.builder(river.dataSource()).build().fleet();
    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(() -> fleet.leader().map(Leader::clientId).filter(client::equals).isPresent());
  }

  /** Waits until a client has been there for long enough to take others for gone. */
  private void awaitSteady(String client) {
    awaitTrue(
        "SELECT now() > started_at + interval '11 seconds' FROM river_java_client"
            + " WHERE client_id = '%s'".formatted(client));
  }

  private void awaitTrue(String query) {
    await()
        .atMost(RiverDatabase.PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> river.dsl().fetchSingle(query).get(0, Boolean.class));
  }

  private String now() {
    return river.dsl().fetchSingle("SELECT now()::text").get(0, String.class);
  }

  private int backends(int pid) {
    return river
        .dsl()
        .fetchSingle("SELECT count(*) FROM pg_stat_activity WHERE pid = " + pid)
        .get(0, Integer.class);
  }

  /** The connection on which a client listens and holds its lock. */
  private record Session(int pid, int port) {}

  private Session sessionOf(String client) {
    return await()
        .atMost(RiverDatabase.PATIENCE)
        .until(() -> sessions(client), found -> !found.isEmpty())
        .getFirst();
  }

  private List<Session> sessions(String client) {
    return river
        .dsl()
        .fetch(
            """
            SELECT pid, client_port FROM pg_stat_activity JOIN pg_locks USING (pid)
            WHERE locktype = 'advisory' AND objid IN (
              SELECT lock_key::bigint & 4294967295 FROM river_java_client WHERE client_id = '%s')
            """
                .formatted(client))
        .map(row -> new Session(row.get(0, Integer.class), row.get(1, Integer.class)));
  }
}
