package dev.river.test.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.RiverClient;
import dev.river.event.EventKind;
import dev.river.event.Subscription;
import dev.river.job.InsertOpts;
import dev.river.job.JobState;
import dev.river.test.JobDrain;
import dev.river.test.RiverAssertions;
import dev.river.test.TestClock;
import dev.river.test.junit.OrdersSetup.SendArgs;
import dev.river.test.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

@RiverTest(setup = OrdersSetup.class)
class RiverTestTest {
  private final RiverClient client;
  private final TestDatabase database;

  RiverTestTest(RiverClient client, TestDatabase database) {
    this.client = client;
    this.database = database;
  }

  @BeforeEach
  void insertsAJob(RiverClient client) {
    assertThat(client).isSameAs(this.client);
    client.insert(new SendArgs(7));
  }

  @AfterEach
  void findsTheSameDatabase(DSLContext dsl) {
    assertThat(dsl.fetchValue("SELECT current_database()")).isEqualTo(database.name());
  }

  @RepeatedTest(3)
  void hasADatabaseOfItsOwn(DSLContext dsl, DataSource dataSource) throws SQLException {
    assertThat(dsl.fetchCount(DSL.table("river_job"))).isEqualTo(1);
    dsl.execute("DROP TABLE orders");
    try (Connection connection = dataSource.getConnection()) {
      assertThat(connection.getCatalog()).isEqualTo(database.name());
      RiverAssertions.requireInserted(connection, SendArgs.class);
    }
    assertThat(dsl.fetchValue("SELECT id FROM river_job")).isEqualTo(1L);
  }

  @Test
  void hasTheTablesOfItsSetupWhichPreparesOnce(DSLContext dsl) {
    assertThat(OrdersSetup.isSent(dsl, 7)).isFalse();
    assertThat(OrdersSetup.PREPARED).hasValue(1);
  }

  @Test
  void worksJobsInVirtualTime(TestClock clock, DSLContext dsl) {
    InsertOpts tomorrow =
        InsertOpts.builder().scheduledAt(clock.instant().plus(Duration.ofDays(1))).build();
    long later = client.insert(new SendArgs(7), tomorrow).id();
    JobDrain drain = JobDrain.of(client);

    assertThat(drain.run().jobs()).hasSize(1);
    assertThat(OrdersSetup.isSent(dsl, 7)).isTrue();

    clock.advance(Duration.ofDays(1));
    assertThat(drain.run().jobs()).hasSize(1);
    assertThat(client.jobs().get(later).orElseThrow().state()).isEqualTo(JobState.COMPLETED);
  }

  @Test
  void startsItsClient(DSLContext dsl) throws InterruptedException {
    try (Subscription events = client.subscribe(EventKind.JOB_COMPLETED)) {
      client.start();
      assertThat(events.poll(Duration.ofMinutes(1))).isPresent();
    }
    assertThat(OrdersSetup.isSent(dsl, 7)).isTrue();
  }
}
