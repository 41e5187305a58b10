package dev.river.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.river.Fleet;
import dev.river.RiverClient;
import dev.river.db.RiverMigrator;
import dev.river.query.FleetMember;
import dev.river.query.Leader;
import dev.river.test.postgres.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Faults happen to a fleet of three processes that work jobs, and in the end every job that was
 * committed has had its effect once. The short form lets each fault happen once; {@code
 * -Driver.faults.minutes=30} lets them happen at random for so long. What it measures is written to
 * {@code target/faults.txt}.
 */
class FleetFaultsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int MEMBERS = 3;

  private final Path directory = Path.of("target");
  private final List<String> measured = new ArrayList<>();
  private final List<FleetMemberProcess> members = new ArrayList<>();
  private PostgresServer server;
  private DataSource dataSource;
  private Ledger ledger;
  private Fleet fleet;
  private Load load;
  private int started;

  @BeforeEach
  void startFleet() throws Exception {
    server = PostgresServer.embedded();
    dataSource = server.dataSource("postgres");
    RiverMigrator.builder(dataSource).build().migrate();
    ledger = new Ledger(DSL.using(dataSource, SQLDialect.POSTGRES));
    fleet = RiverClient.builder(dataSource).build().fleet();
    Files.deleteIfExists(directory.resolve("faults.log"));
    for (int i = 0; i < MEMBERS; i++) {
      members.add(newMember());
    }
    long seed = System.nanoTime();
    measured.add("seed " + seed);
    load = new Load(dataSource, seed);
  }

  @AfterEach
  void endFleet() throws Exception {
    try {
      Files.write(directory.resolve("faults.txt"), measured);
    } finally {
      load.close();
      members.forEach(FleetMemberProcess::close);
      server.close();
    }
  }

  @Test
  @Timeout(600)
  void everyFaultOnce() {
    awaitProgress("the start: the first job is worked");
    awaitLongEnoughThere();
    killAMember();
    killTheLeader();
    loseEveryConnection();
    suspendAMember();
    crashTheServer();
    checkInTheEnd();
  }

  @Test
  @EnabledIfSystemProperty(named = "river.faults.minutes", matches = "[0-9]+")
  void faultsAtRandom() {
    Random random = new Random(Long.parseLong(measured.getFirst().substring("seed ".length())));
    List<Runnable> faults =
        List.of(
            this::killAMember,
            this::killTheLeader,
            this::loseEveryConnection,
            this::suspendAMember,
            this::crashTheServer);
    long end =
        System.nanoTime() + Duration.ofMinutes(Long.getLong("river.faults.minutes")).toNanos();
    awaitProgress("the start: the first job is worked");
    while (System.nanoTime() < end) {
      faults.get(random.nextInt(faults.size())).run();
    }
    checkInTheEnd();
  }

  /** A member that has just started waits until it can tell who is gone. */
  private void awaitLongEnoughThere() {
    long begin = System.nanoTime();
    await().atMost(PATIENCE).until(() -> System.nanoTime() - begin > 6_000_000_000L);
  }

  private void killAMember() {
    Leader leader = awaitLeader();
    FleetMemberProcess killed =
        members.stream()
            .filter(member -> !member.id().equals(leader.clientId()))
            .findFirst()
            .orElseThrow();
    kill(killed, "kill -9 of a member");
  }

  private void killTheLeader() {
    Leader leader = awaitLeader();
    kill(member(leader.clientId()), "kill -9 of the leader");
    assertThat(awaitLeader().term()).isGreaterThan(leader.term());
  }

  private void kill(FleetMemberProcess killed, String what) {
    awaitUntil(() -> ledger.runningOf(killed.id()) > 0);
    long term = awaitLeader().term();
    boolean led = awaitLeader().clientId().equals(killed.id());
    members.remove(killed);
    killed.kill();
    long begin = System.nanoTime();
    if (led) {
      awaitLeader(term);
      note(what + ": another one leads", begin);
    }
    awaitUntil(() -> ledger.runningOf(killed.id()) == 0);
    note(what + ": its jobs are rescued", begin);
    awaitUntil(
        () -> fleet.members().stream().noneMatch(there -> there.clientId().equals(killed.id())));
    members.add(newMember());
    awaitProgress(what + ": the next job is worked");
  }

  private void suspendAMember() {
    FleetMemberProcess suspended = members.getFirst();
    suspended.suspend();
    while (ledger.runningOf(suspended.id()) == 0) { // it is to have jobs that others must take
      suspended.resume();
      awaitUntil(() -> ledger.runningOf(suspended.id()) > 0);
      suspended.suspend();
    }
    long begin = System.nanoTime();
    awaitUntil(() -> ledger.runningOf(suspended.id()) == 0);
    note("SIGSTOP of a member: its jobs are rescued", begin);
    suspended.resume();
    begin = System.nanoTime();
    awaitUntil(
        () ->
            fleet.members().stream()
                .map(FleetMember::clientId)
                .anyMatch(id -> id.equals(suspended.id())));
    note("SIGCONT: it is a member again", begin);
    awaitProgress("SIGCONT: the next job is worked");
  }

  private void loseEveryConnection() {
    for (int i = 0; i < 3; i++) {
      DSL.using(dataSource, SQLDialect.POSTGRES)
          .execute(
              "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                  + " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'");
      awaitProgress("the loss of every connection: the next job is worked");
    }
  }

  private void crashTheServer() {
    server.crashAndRestart();
    awaitProgress("a crash of the server: the next job is worked once it accepts connections");
  }

  private void checkInTheEnd() {
    load.close();
    try (RiverClient client = RiverClient.builder(dataSource).build()) {
      client.periodicJobs().pause(TickArgs.ID);
    }
    awaitUntil(() -> ledger.open() == 0);
    measured.add(
        "%s jobs, %s effects, %s ticks"
            .formatted(load.committed().size(), ledger.effects(), ledger.ticks()));
    assertThat(ledger.ticks()).isGreaterThan(5);
    ledger.check(load);
  }

  private void awaitProgress(String after) {
    long begin = System.nanoTime();
    int before = await().atMost(PATIENCE).ignoreExceptions().until(ledger::effects, any -> true);
    awaitUntil(() -> ledger.effects() > before);
    note(after, begin);
    awaitUntil(() -> ledger.effects() > before + 50);
  }

  private Leader awaitLeader() {
    return awaitLeader(0);
  }

  private Leader awaitLeader(long afterTerm) {
    awaitUntil(() -> fleet.leader().filter(leader -> leader.term() > afterTerm).isPresent());
    return fleet.leader().orElseThrow();
  }

  private static void awaitUntil(Callable<Boolean> condition) {
    await()
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .ignoreExceptions()
        .until(condition);
  }

  private void note(String what, long begin) {
    measured.add(
        "%s: %s ms".formatted(what, Duration.ofNanos(System.nanoTime() - begin).toMillis()));
  }

  private FleetMemberProcess member(String id) {
    return members.stream().filter(member -> member.id().equals(id)).findFirst().orElseThrow();
  }

  private FleetMemberProcess newMember() {
    started++;
    return FleetMemberProcess.start(
        "member-" + started, server.url("postgres"), directory.resolve("faults.log"));
  }
}
