package dev.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.river.error.SchemaNotMigratedException;
import dev.river.query.Leader;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/** Anyone who may connect can send notifications, but only some may have the leader changed. */
@Timeout(120)
class ForgedLeadershipTest {
  private static final String ASK = "{\"action\":\"request_resign\",\"leader_id\":\"\"}";

  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final Refusals refusals = new Refusals();
  private final List<String> roles = new ArrayList<>();

  @BeforeEach
  void countRefusals() {
    refusals.start();
    elector().addAppender(refusals);
  }

  @AfterEach
  void dropRoles() {
    elector().detachAppender(refusals);
    for (String role : roles.reversed()) {
      river.dsl().execute("DROP OWNED BY " + role);
      river.dsl().execute("DROP ROLE " + role);
    }
  }

  @Test
  void whoMayOnlyConnectCanNotHaveTheLeaderResign() throws Exception {
    RiverClient one = leading();
    started("two");

    try (Connection stranger = connect(role("LOGIN"))) {
      notify(stranger, ASK);
      refusals.awaitOne();
      notify(stranger, "{\"action\":\"request_resign\",\"leader_id\":\"one\"}");
      refusals.awaitOne();
    }

    assertThat(one.fleet().leader().map(Leader::term)).contains(1L);
    assertThat(one.fleet().leader().map(Leader::clientId)).contains("one");
  }

  @Test
  void thatALeaderHasResignedIsNotBelieved() throws Exception {
    RiverClient one = leading();
    started("two");

    try (Connection stranger = connect(role("LOGIN"))) {
      notify(stranger, "{\"leader_id\" : \"one\", \"action\" : \"resigned\"}");
      notify(stranger, "{\"leader_id\" : \"two\", \"action\" : \"resigned\"}");
      notify(stranger, "{\"leader_id\" : \"\", \"action\" : \"resigned\"}");
      notify(stranger, ASK);
      refusals.awaitOne(); // what was sent before was heard, too
    }

    assertThat(one.fleet().leader().map(Leader::term)).contains(1L);
  }

  @Test
  void whoHasLeftIsNotTrusted() throws Exception {
    RiverClient one = leading();

    try (Connection stranger = connect(role("LOGIN"))) {
      notify(stranger, ASK);
    }
    refusals.awaitOne();

    assertThat(one.fleet().leader().map(Leader::term)).contains(1L);
  }

  @Test
  void manyRequestsAreOneLookASecond() throws Exception {
    RiverClient one = leading();
    long begun = System.nanoTime();

    try (Connection stranger = connect(role("LOGIN"))) {
      while (System.nanoTime() - begun < Duration.ofSeconds(3).toNanos()) {
        notify(stranger, ASK);
      }
      refusals.awaitOne();
    }

    long seconds = Duration.ofNanos(System.nanoTime() - begun).toSeconds();
    assertThat((long) refusals.count()).isLessThanOrEqualTo(seconds + 2);
    assertThat(one.fleet().leader().map(Leader::term)).contains(1L);
  }

  /** As a client of another language asks: it writes nothing down, and stays connected. */
  @Test
  void aRoleThatMayTakeTheLeaseAwayIsHeard() throws Exception {
    leading();
    started("two");
    String role = role("LOGIN");
    river.dsl().execute("GRANT UPDATE ON river_leader TO " + role);

    try (Connection foreign = connect(role)) {
      notify(foreign, ASK);
      awaitLeader(leader -> leader.clientId().equals("two"));
    }
  }

  @Test
  void soIsARoleThatMayBecomeSuchAOne() throws Exception {
    leading();
    started("two");
    String owner = role("NOLOGIN");
    river.dsl().execute("GRANT DELETE ON river_leader TO " + owner);
    String member = role("LOGIN NOINHERIT");
    river.dsl().execute("GRANT %s TO %s".formatted(owner, member));

    try (Connection foreign = connect(member)) {
      notify(foreign, ASK);
      awaitLeader(leader -> leader.clientId().equals("two"));
    }
  }

  @Test
  void ourOwnRequestIsHeardAlthoughItsSessionHasEnded() {
    leading();
    started("two");
    RiverClient unpooled = river.client(RiverClient.builder(river.unpooled()));

    unpooled.fleet().requestResign();
    awaitLeader(leader -> leader.clientId().equals("two"));
    unpooled.fleet().requestResign();
    awaitLeader(leader -> leader.term() == 3);

    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(
            () ->
                river
                    .dsl()
                    .fetchCount(DSL.table("river_java_duty"), DSL.condition("name ~ '^resign'")),
            requests -> requests == 0);
  }

  @Test
  void aRequestOfAnEarlierTermDoesNotCount() throws Exception {
    river.dsl().execute("INSERT INTO river_java_duty (name) VALUES ('resign:1'), ('resign:7')");
    started("one");
    awaitLeader(leader -> leader.term() == 1);
    RiverClient unpooled = river.client(RiverClient.builder(river.unpooled()));
    unpooled.fleet().requestResign();
    awaitLeader(leader -> leader.term() == 2);

    try (Connection stranger = connect(role("LOGIN"))) {
      notify(stranger, ASK);
      refusals.awaitOne();
    }

    assertThat(unpooled.fleet().leader().map(Leader::term)).contains(2L);
  }

  @Test
  void whereOnlyOthersHaveTheirTablesTheyAreAsked() throws Exception {
    river
        .dsl()
        .execute(
            """
            DROP TABLE river_java_client, river_java_leader, river_java_periodic_job, river_java_duty;
            DELETE FROM river_migration WHERE line = 'java'
            """);
    Fleet fleet = river.client(RiverClient.builder(river.dataSource())).fleet();

    try (var stream = river.listen()) {
      fleet.requestResign();
      assertThat(river.payloads(stream)).containsExactly(ASK);
    }
    river.dsl().execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    assertThatThrownBy(fleet::requestResign).isInstanceOf(SchemaNotMigratedException.class);
  }

  private RiverClient leading() {
    RiverClient one = started("one");
    awaitLeader(leader -> leader.clientId().equals("one"));
    return one;
  }

  private RiverClient started(String id) {
    return river.started(
        RiverClient.builder(river.dataSource())
            .id(id)
            .queue("default", 1)
            .workers(new Workers().add(TestArgs.class, (job, context) -> WorkResult.completed())));
  }

  private void awaitLeader(Predicate<Leader> wanted) {
    Fleet fleet = river.client(RiverClient.builder(river.dataSource())).fleet();
    await()
        .atMost(RiverDatabase.PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> fleet.leader().filter(wanted).isPresent());
  }

  private String role(String options) {
    String role = "stranger_" + UUID.randomUUID().toString().replace("-", "");
    river.dsl().execute("CREATE ROLE %s %s PASSWORD 'secret'".formatted(role, options));
    roles.add(role);
    return role;
  }

  private Connection connect(String role) throws SQLException {
    try (Connection own = river.unpooled().getConnection()) {
      return DriverManager.getConnection(own.getMetaData().getURL(), role, "secret");
    }
  }

  private static void notify(Connection by, String payload) throws SQLException {
    try (PreparedStatement statement = by.prepareStatement("SELECT pg_notify(?, ?)")) {
      statement.setString(1, "public.river_leadership");
      statement.setString(2, payload);
      statement.execute();
    }
  }

  private static Logger elector() {
    return (Logger) LoggerFactory.getLogger("dev.river.internal.lead.Elector");
  }

  /** Notes that a leader was asked in vain. */
  private static final class Refusals extends AppenderBase<ILoggingEvent> {
    private final AtomicInteger count = new AtomicInteger();
    private int awaited;

    @Override
    protected void append(ILoggingEvent event) {
      if (event.getFormattedMessage().contains("somebody who may not")) {
        count.incrementAndGet();
      }
    }

    int count() {
      return count.get();
    }

    void awaitOne() {
      await().atMost(RiverDatabase.PATIENCE).until(() -> count() > awaited);
      awaited = count();
    }
  }
}
