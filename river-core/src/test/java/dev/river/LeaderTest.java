package dev.river;

import static dev.river.schema.Tables.RIVER_JAVA_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.river.query.FleetMember;
import dev.river.query.Leader;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LeaderTest {
  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  @Test
  void aClientThatIsAloneLeads() {
    RiverClient client = started("one");

    Leader leader = awaitLeader(any -> true);

    assertThat(leader.clientId()).isEqualTo("one");
    assertThat(leader.term()).isEqualTo(1);
    assertThat(client.fleet().members()).extracting(FleetMember::clientId).containsExactly("one");
  }

  @Test
  void whoStopsLetsAnotherOneLeadInTheNextTerm() {
    RiverClient one = started("one");
    awaitLeader(leader -> leader.clientId().equals("one"));
    RiverClient two = started("two");

    one.stop();

    Leader leader = awaitLeader(any -> any.clientId().equals("two"));
    assertThat(leader.term()).isEqualTo(2);
    assertThat(two.fleet().members()).extracting(FleetMember::clientId).containsExactly("two");
  }

  @Test
  void whoLosesItsSessionLeadsNoLonger() {
    log.expectWarnings();
    started("one");
    awaitLeader(leader -> leader.term() == 1);

    river.terminateEveryConnection();

    awaitLeader(leader -> leader.term() == 2);
    assertThat(river.dsl().fetchCount(RIVER_JAVA_CLIENT)).isEqualTo(1);
  }

  @Test
  void whoIsAskedToResignLetsAnotherOneLead() {
    RiverClient one = started("one");
    awaitLeader(leader -> leader.clientId().equals("one"));
    started("two");

    one.fleet().requestResign();

    awaitLeader(leader -> leader.clientId().equals("two"));
  }

  @Test
  void whoIsAskedToResignAndIsAloneLeadsAgain() {
    RiverClient one = started("one");
    awaitLeader(leader -> leader.term() == 1);

    one.fleet().requestResign();

    awaitLeader(leader -> leader.term() == 2);
  }

  @Test
  void aLeaderThatIsSilentForLongLosesItsSession() {
    log.expectWarnings();
    started("one");
    awaitLeader(leader -> leader.clientId().equals("one"));
    // As if its process were suspended: the session is there, but no heartbeat comes.
    river
        .dsl()
        .transaction(
            suspension -> {
              suspension.dsl().execute("UPDATE river_java_client SET heartbeat_at = '-infinity'");
              suspension
                  .dsl()
                  .execute(
                      "CREATE RULE suspended AS ON UPDATE TO river_java_client"
                          + " WHERE OLD.client_id = 'one' DO INSTEAD NOTHING");
            });

    started("two");

    awaitLeader(leader -> leader.term() > 1);
  }

  @Test
  void aClientThatOnlyInsertsIsNoMember() {
    RiverClient inserting = river.client(RiverClient.builder(river.dataSource()));

    assertThat(inserting.fleet().members()).isEmpty();
    assertThat(inserting.fleet().leader()).isEmpty();
  }

  @Test
  void clientsOfDifferentSchemasAndPrefixesDoNotMeet() {
    started("one");
    awaitLeader(leader -> leader.clientId().equals("one"));

    RiverClient other = river.started(builder("other").advisoryLockPrefix(-1));

    await()
        .atMost(RiverDatabase.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(other.fleet().leader())
                    .hasValueSatisfying(
                        leader -> assertThat(leader.clientId()).isEqualTo("other")));
  }

  @Test
  void thereIsOneLeaderPerTermWhoeverComesAndGoes() {
    log.expectWarnings();
    Map<Long, String> leaders = new HashMap<>();
    List<RiverClient> clients = new ArrayList<>();
    Random random = new Random(7);
    for (int i = 0; i < 4; i++) {
      clients.add(started("client-" + i));
    }
    for (int round = 0; round < 12; round++) {
      Leader leader = awaitLeader(any -> !leaders.containsKey(any.term()));
      leaders.put(leader.term(), leader.clientId());
      if (random.nextBoolean()) {
        river.terminateEveryConnection();
      } else {
        RiverClient stopped =
            clients.stream()
                .filter(one -> one.id().equals(leader.clientId()))
                .findFirst()
                .orElseThrow();
        stopped.stop();
        stopped.start();
      }
    }

    assertThat(leaders.keySet()).doesNotHaveDuplicates().hasSize(12);
  }

  private RiverClient started(String id) {
    return river.started(builder(id));
  }

  private RiverClientBuilder builder(String id) {
    return RiverClient.builder(river.dataSource())
        .id(id)
        .queue("default", 1)
        .workers(new Workers().add(TestArgs.class, (job, context) -> WorkResult.completed()));
  }

  private Leader awaitLeader(Predicate<Leader> wanted) {
    Fleet fleet = RiverClient.builder(river.dataSource()).build().fleet();
    return await()
        .atMost(RiverDatabase.PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptions()
        .until(() -> fleet.leader().filter(wanted), Optional::isPresent)
        .orElseThrow();
  }
}
