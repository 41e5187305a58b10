package dev.river;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.river.error.DatabaseException;
import dev.river.error.SchemaNotMigratedException;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.WorkResult;
import dev.river.work.Worker;
import dev.river.work.Workers;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;

class FaultsTest {
  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  @Test
  void aClientSurvivesTheLossOfEveryConnection() {
    log.expectWarnings();
    Map<Long, AtomicInteger> worked = new ConcurrentHashMap<>();
    river.started(
        builder(
            (job, context) -> {
              worked.computeIfAbsent(job.id(), id -> new AtomicInteger()).incrementAndGet();
              return WorkResult.completed();
            },
            50));
    List<Long> ids = new ArrayList<>();
    for (int round = 0; round < 5; round++) {
      ids.addAll(insertOnAConnectionOfTheirOwn(100));
      terminateEveryConnection();
    }

    river.awaitAll(ids, RiverJobState.completed);
    assertThat(worked).hasSize(ids.size());
    assertThat(worked.values()).allMatch(count -> count.get() == 1);
  }

  @Test
  void resultsWaitWithinBoundsWhileTheyCannotBeStored() throws Exception {
    int slots = 10;
    AtomicInteger begun = new AtomicInteger();
    river.started(
        builder(
            (job, context) -> {
              begun.incrementAndGet();
              return WorkResult.completed();
            },
            slots));
    try (Connection blocker = river.dataSource().getConnection()) {
      blocker.setAutoCommit(false);
      blocker
          .createStatement()
          .execute(
              """
              CREATE FUNCTION block() RETURNS trigger LANGUAGE plpgsql AS $$
              BEGIN
                PERFORM pg_advisory_xact_lock(42);
                RETURN NEW;
              END $$;
              CREATE TRIGGER block BEFORE UPDATE ON river_job FOR EACH ROW
              WHEN (NEW.state = 'completed') EXECUTE FUNCTION block();
              """);
      blocker.commit();
      blocker.createStatement().execute("SELECT pg_advisory_lock(42)");
      blocker.commit();
      insertMany(10_000);

      // No batch can be stored: one is stuck, the queue before it fills, then the slots.
      int most = 1_000 + 2_000 + slots;
      await()
          .atMost(RiverDatabase.PATIENCE)
          .until(
              () ->
                  river.dsl().fetchCount(RIVER_JOB, RIVER_JOB.STATE.eq(RiverJobState.running))
                      >= 2_000 + slots);
      assertThat(begun.get()).isBetween(2_000, most);
      assertThat(running()).isLessThanOrEqualTo(most);

      blocker.createStatement().execute("SELECT pg_advisory_unlock(42)");
      blocker.commit();
    }
    await().atMost(RiverDatabase.PATIENCE).until(() -> begun.get() == 10_000);
    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(
            () ->
                river.dsl().fetchCount(RIVER_JOB, RIVER_JOB.STATE.eq(RiverJobState.completed))
                    == 10_000);
  }

  @Test
  void startSaysThatTheDatabaseCannotBeReached() {
    PGSimpleDataSource nowhere = new PGSimpleDataSource();
    nowhere.setServerNames(new String[] {"127.0.0.1"});
    nowhere.setPortNumbers(new int[] {1});
    RiverClient client =
        river.client(
            RiverClient.builder(nowhere)
                .workers(
                    new Workers().add(TestArgs.class, (job, context) -> WorkResult.completed()))
                .queue("default", 1));

    assertThatThrownBy(client::start)
        .isInstanceOfSatisfying(
            DatabaseException.class, e -> assertThat(e.sqlState()).contains("08001"))
        .hasMessageContaining("the client can't start")
        .hasMessageContaining("127.0.0.1:1");
  }

  @Test
  void startSaysHowToMigrateASchemaThatIsNot() {
    RiverClient client =
        river.client(builder((job, context) -> WorkResult.completed(), 1).schema("nowhere"));

    assertThatThrownBy(client::start)
        .isInstanceOfSatisfying(
            SchemaNotMigratedException.class,
            e -> {
              assertThat(e.found()).isZero();
              assertThat(e.required()).isPositive();
            })
        .hasMessageContaining("schema nowhere holds no tables of River for Java")
        .hasMessageContaining(
            "run RiverMigrator.builder(dataSource).schema(\"nowhere\").build().migrate()")
        .hasMessageNotContaining("if the tables lie in another schema");
  }

  @Test
  void startSaysWhichVersionOfTheSchemaItFound() {
    river.dsl().execute("DELETE FROM river_migration WHERE line = 'java' AND version > 2");
    RiverClient client = river.client(builder((job, context) -> WorkResult.completed(), 1));

    assertThatThrownBy(client::start)
        .isInstanceOf(SchemaNotMigratedException.class)
        .hasMessageContaining("holds version 2 of River's tables, this release needs 3")
        .hasMessageContaining("run RiverMigrator.builder(dataSource).build().migrate()")
        .hasMessageContaining("if the tables lie in another schema");
  }

  @Test
  void aFailedStartCanBeTriedAgain() {
    RiverClient client = river.client(builder((job, context) -> WorkResult.completed(), 1));
    river.dsl().execute("ALTER TABLE river_migration RENAME TO elsewhere");
    assertThatThrownBy(client::start).isInstanceOf(SchemaNotMigratedException.class);
    river.dsl().execute("ALTER TABLE elsewhere RENAME TO river_migration");

    client.start();

    river.awaitState(client.insert(new TestArgs("a")).id(), RiverJobState.completed);
  }

  private List<Long> insertOnAConnectionOfTheirOwn(int count) {
    return DSL.using(river.unpooled(), SQLDialect.POSTGRES)
        .fetch(
            "INSERT INTO river_job (kind, args) SELECT 'test', '{}' FROM generate_series(1, ?)"
                + " RETURNING id",
            count)
        .getValues(0, Long.class);
  }

  private void terminateEveryConnection() {
    river.terminateEveryConnection();
  }

  private int running() {
    return river.dsl().fetchCount(RIVER_JOB, RIVER_JOB.STATE.eq(RiverJobState.running));
  }

  private void insertMany(int count) {
    river
        .dsl()
        .execute(
            "INSERT INTO river_job (kind, args) SELECT 'test', '{}' FROM generate_series(1, ?)",
            count);
  }

  private RiverClientBuilder builder(Worker<TestArgs> worker, int maxWorkers) {
    return RiverClient.builder(river.dataSource())
        .workers(new Workers().add(TestArgs.class, worker))
        .queue("default", maxWorkers);
  }
}
