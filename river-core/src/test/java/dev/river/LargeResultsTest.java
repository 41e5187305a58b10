package dev.river;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.river.event.EventKind;
import dev.river.event.Subscription;
import dev.river.job.Insert;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a large result does to the small ones of its client, and how it is stored itself. */
class LargeResultsTest {
  private static final String OUTPUT = "x".repeat(8 << 20);

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private Connection gate;

  /** To store a large result takes until the gate is opened. */
  @BeforeEach
  void closeGate() throws SQLException {
    beforeUpdates("PERFORM pg_advisory_xact_lock_shared(4711);");
    gate = river.unpooled().getConnection();
    onGate("SELECT pg_advisory_lock(4711)");
  }

  @AfterEach
  void close() throws SQLException {
    gate.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void smallResultsAreStoredWhileALargeOneIs(boolean events) throws Exception {
    RiverClient client = river.started(builder());
    Optional<Subscription> subscription =
        events ? Optional.of(client.subscribe(EventKind.JOB_COMPLETED)) : Optional.empty();
    long large = client.insert(new TestArgs("large")).id();
    awaitAtGate();

    List<Long> small =
        client.insertMany(Collections.nCopies(20, Insert.of(new TestArgs("small")))).stream()
            .map(result -> result.id())
            .toList();

    small.forEach(this::awaitCompleted);
    assertThat(river.row(large).getState()).isEqualTo(RiverJobState.running);
    openGate();
    awaitCompleted(large);
    assertThat(outputLength(large)).isEqualTo(OUTPUT.length());
    subscription.ifPresent(Subscription::close);
  }

  @Test
  void aStopWaitsForThem() throws Exception {
    RiverClient client = river.started(builder());
    long large = client.insert(new TestArgs("large")).id();
    awaitAtGate();
    long other = client.insert(new TestArgs("large")).id();
    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(() -> river.row(other).getState() == RiverJobState.running);

    Thread stopping = Thread.ofPlatform().start(client::stop);
    long small = client.insert(new TestArgs("small")).id();
    assertThat(stopping.join(Duration.ofMillis(1))).isFalse();
    openGate();
    assertThat(stopping.join(RiverDatabase.PATIENCE)).isTrue();

    assertThat(river.row(large).getState()).isEqualTo(RiverJobState.completed);
    assertThat(river.row(other).getState()).isEqualTo(RiverJobState.completed);
    assertThat(hasThread(client)).isFalse();

    client.start();
    awaitCompleted(small);
    long next = client.insert(new TestArgs("large")).id();
    awaitCompleted(next);
  }

  @Test
  void theirThreadIsNotThereBeforeTheFirstOne() throws Exception {
    openGate();
    RiverClient client = river.started(builder());
    long small = client.insert(new TestArgs("small")).id();
    awaitCompleted(small);
    assertThat(hasThread(client)).isFalse();

    long large = client.insert(new TestArgs("large")).id();
    awaitCompleted(large);
    assertThat(hasThread(client)).isTrue();
  }

  @Test
  void oneThatIsRefusedFailsItsJobAlone() throws Exception {
    log.expectWarnings();
    openGate();
    beforeUpdates("RAISE EXCEPTION 'no' USING ERRCODE = '45000';");
    RiverClient client = river.started(builder());
    long large = client.insert(new TestArgs("large")).id();
    long small = client.insert(new TestArgs("small")).id();

    awaitCompleted(small);
    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(() -> river.row(large).getState() == RiverJobState.retryable);
    assertThat(river.row(large).getErrors()[0].data()).contains("its result was refused");
  }

  private void beforeUpdates(String what) {
    river
        .dsl()
        .execute(
            """
            CREATE OR REPLACE FUNCTION gate() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF NEW.args ->> 'name' = 'large' AND NEW.state = 'completed' THEN %s END IF;
              RETURN NEW;
            END $$
            """
                .formatted(what));
    river
        .dsl()
        .execute(
            "CREATE OR REPLACE TRIGGER gate BEFORE UPDATE ON river_job"
                + " FOR EACH ROW EXECUTE FUNCTION gate()");
  }

  private void openGate() throws SQLException {
    onGate("SELECT pg_advisory_unlock(4711)");
  }

  private void onGate(String sql) throws SQLException {
    try (Statement statement = gate.createStatement()) {
      statement.execute(sql);
    }
  }

  private void awaitAtGate() {
    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(
            () ->
                river
                    .dsl()
                    .fetchSingle(
                        "SELECT count(*) > 0 FROM pg_locks JOIN pg_database d ON d.oid = database"
                            + " WHERE locktype = 'advisory' AND objid = 4711 AND NOT granted"
                            + " AND d.datname = current_database()")
                    .get(0, Boolean.class));
  }

  private void awaitCompleted(long id) {
    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(() -> river.row(id).getState() == RiverJobState.completed);
  }

  private int outputLength(long id) {
    return river
        .dsl()
        .select(DSL.field("length(metadata ->> 'output')", Integer.class))
        .from(RIVER_JOB)
        .where(RIVER_JOB.ID.eq(id))
        .fetchSingle()
        .value1();
  }

  private static boolean hasThread(RiverClient client) {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("river-" + client.id() + "-large-results"));
  }

  private RiverClientBuilder builder() {
    return RiverClient.builder(river.dataSource())
        .workers(
            new Workers()
                .add(
                    TestArgs.class,
                    (job, context) -> {
                      if (job.args().name().equals("large")) {
                        context.output(OUTPUT);
                      }
                      return WorkResult.completed();
                    }))
        .queue("default", 10);
  }
}
