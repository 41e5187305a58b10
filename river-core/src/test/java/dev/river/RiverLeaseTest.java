package dev.river;

import static dev.river.schema.Tables.RIVER_LEADER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.river.error.SchemaNotMigratedException;
import dev.river.query.Leader;
import dev.river.schema.enums.RiverJobState;
import dev.river.schema.tables.records.RiverLeaderRecord;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One leader of clients of all languages: who holds River's lease. */
class RiverLeaseTest {
  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theFleetTakesTheLeaseThatIsFreeAndRenewsIt(boolean pollOnly) {
    started("java", pollOnly);

    RiverLeaderRecord first = awaitLease("java");
    awaitTrue("SELECT expires_at > '%s' FROM river_leader".formatted(first.getExpiresAt()));
    RiverLeaderRecord renewed = awaitLease("java");

    assertThat(renewed.getElectedAt()).isEqualTo(first.getElectedAt());
    assertThat(first.getExpiresAt()).isBetween(Instant.EPOCH, first.getElectedAt().plusSeconds(40));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whileAForeignClientLeadsItsDutiesAreLeftToItAndThenTakenUp(boolean pollOnly) {
    log.expectWarnings();
    foreignLeads("1 hour");
    RiverClient client = started("java", pollOnly);
    long due = insertDue();
    awaitWarning("go_1");

    Leader leader = client.fleet().leader().orElseThrow();
    assertThat(leader.clientId()).isEqualTo("go_1");
    assertThat(leader.term()).isEqualTo(Leader.NO_TERM);
    assertThat(river.row(due).getState()).isEqualTo(RiverJobState.scheduled);

    river
        .dsl()
        .execute(
            """
            DELETE FROM river_leader;
            SELECT pg_notify('public.river_leadership',
              '{"leader_id" : "go_1", "action" : "resigned"}')
            """);

    awaitLease("java");
    river.awaitState(due, RiverJobState.completed);
    assertThat(log.warnings()).filteredOn(line -> line.contains("go_1")).hasSize(1);
  }

  @Test
  void aForeignLeaseThatHasExpiredIsTaken() {
    foreignLeads("-1 second");

    RiverClient client = started("java", false);

    awaitLease("java");
    await() // its term begins when it holds the lease
        .atMost(RiverDatabase.PATIENCE)
        .until(() -> client.fleet().leader().map(Leader::clientId).equals(Optional.of("java")));
  }

  @Test
  void aForeignClientThatTakesTheLeaseOverIsYieldedTo() {
    log.expectWarnings();
    started("java", false);
    awaitLease("java");

    river.dsl().execute("DELETE FROM river_leader");
    foreignLeads("1 hour");

    awaitWarning("go_1");
    long due = insertDue();
    awaitTrue("SELECT now() > created_at + interval '2 seconds' FROM river_job WHERE id = " + due);
    assertThat(river.row(due).getState()).isEqualTo(RiverJobState.scheduled);
    assertThat(river.dsl().fetchValue(RIVER_LEADER.LEADER_ID)).isEqualTo("go_1");
  }

  @Test
  void whoTakesOverFromAClientOfTheFleetNeedNotWaitForItsLease() {
    RiverClient one = started("one", false);
    awaitLease("one");
    started("two", false);
    river.dsl().execute("UPDATE river_leader SET expires_at = now() + interval '1 hour'");

    one.fleet().requestResign();

    awaitLease("two");
    river.awaitState(insertDue(), RiverJobState.completed);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whoStopsGivesTheLeaseUp(boolean pollOnly) {
    RiverClient client = started("java", pollOnly);
    awaitLease("java");

    client.stop();

    assertThat(river.dsl().fetchCount(RIVER_LEADER)).isZero();
  }

  @Test
  void jobsOfDeadClientsAreRescuedWhoeverLeads() {
    log.expectWarnings();
    foreignLeads("1 hour");
    river
        .dsl()
        .execute(
            """
            INSERT INTO river_java_client (client_id, gone_at) VALUES ('dead', now());
            INSERT INTO river_job (kind, args, state, attempt, attempted_at, attempted_by)
            VALUES ('test', '{"name": "a"}', 'running', 1, now(), '{dead}')
            """);

    started("java", false);

    long id = river.dsl().fetchSingle("SELECT id FROM river_job").get(0, Long.class);
    assertThat(river.awaitState(id, RiverJobState.completed).getAttempt()).isEqualTo(2);
    assertThat(river.dsl().fetchValue(RIVER_LEADER.LEADER_ID)).isEqualTo("go_1");
  }

  @Test
  void withoutTheTableOfLeasesTheFleetLeadsAlone() {
    log.expectWarnings();
    river.dsl().execute("DROP TABLE river_leader");
    RiverClient client = started("java", false);

    river.awaitState(insertDue(), RiverJobState.completed);

    assertThat(client.fleet().leader().map(Leader::clientId)).contains("java");
    assertThat(log.warnings()).filteredOn(line -> line.contains("river_leader")).hasSize(1);
  }

  @Test
  void aSchemaWithoutTablesOfOursHasNoMembersAndTheLeaderOfOthers() {
    foreignLeads("1 hour");
    river
        .dsl()
        .execute(
            """
            DROP TABLE river_java_client, river_java_leader, river_java_periodic_job, river_java_duty;
            DELETE FROM river_migration WHERE line = 'java'
            """);
    Fleet fleet = river.client(RiverClient.builder(river.dataSource())).fleet();

    assertThat(fleet.members()).isEmpty();
    assertThat(fleet.leader().map(Leader::clientId)).contains("go_1");
    river.dsl().execute("DELETE FROM river_leader");
    assertThat(fleet.leader()).isEmpty();
  }

  @Test
  void aSchemaWithoutAnyTablesIsNotMigrated() {
    river.dsl().execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    Fleet fleet = river.client(RiverClient.builder(river.dataSource())).fleet();

    assertThatThrownBy(fleet::members).isInstanceOf(SchemaNotMigratedException.class);
    assertThatThrownBy(fleet::leader).isInstanceOf(SchemaNotMigratedException.class);
  }

  private void foreignLeads(String expiresIn) {
    river
        .dsl()
        .execute(
            "INSERT INTO river_leader (leader_id, elected_at, expires_at)"
                + " VALUES ('go_1', now() - interval '1 minute', now() + interval '%s')"
                    .formatted(expiresIn));
  }

  private long insertDue() {
    return river
        .dsl()
        .fetchSingle(
            "INSERT INTO river_job (kind, args, state, scheduled_at, max_attempts)"
                + " VALUES ('test', '{\"name\": \"a\"}', 'scheduled', now(), 25) RETURNING id")
        .get(0, Long.class);
  }

  private RiverClient started(String id, boolean pollOnly) {
    return river.started(
        RiverClient.builder(river.dataSource())
            .id(id)
            .queue("default", 1)
            .pollOnly(pollOnly)
            .workers(new Workers().add(TestArgs.class, (job, context) -> WorkResult.completed())));
  }

  private RiverLeaderRecord awaitLease(String holder) {
    return await()
        .atMost(RiverDatabase.PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () ->
                Optional.ofNullable(
                    river
                        .dsl()
                        .selectFrom(RIVER_LEADER)
                        .where(RIVER_LEADER.LEADER_ID.eq(holder))
                        .fetchOne()),
            Optional::isPresent)
        .orElseThrow();
  }

  private void awaitWarning(String text) {
    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(() -> log.warnings().stream().anyMatch(line -> line.contains(text)));
  }

  private void awaitTrue(String query) {
    await()
        .atMost(RiverDatabase.PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> List.of(true).equals(river.dsl().fetch(query).getValues(0, Boolean.class)));
  }
}
