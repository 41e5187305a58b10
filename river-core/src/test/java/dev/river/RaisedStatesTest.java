package dev.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.error.DatabaseException;
import dev.river.error.DatabaseException.Reason;
import dev.river.query.JobQuery;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.LogWatch;
import dev.river.testing.NewJobs;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A trigger may raise any SQLSTATE, though pools by themselves close connections on which it is 08…
 * or 57P01; what a privilege is missing for is no row's fault.
 */
class RaisedStatesTest {
  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  @ParameterizedTest
  @ValueSource(strings = {"55000", "25006", "53300", "58000"})
  void aTriggerIsNoOutage(String sqlState) {
    log.expectWarnings();
    List<Long> ids = insert(5);
    refuse("OLD.id = " + ids.get(2), sqlState);
    river.started(
        RiverClient.builder(river.dataSource())
            .id("client")
            .queue("default", 5)
            .retryPolicy(job -> Duration.ofDays(1))
            .workers(new Workers().add(TestArgs.class, (job, context) -> WorkResult.completed())));

    river.awaitAll(without(ids, 2), RiverJobState.completed);
    assertThat(log.warnings()).noneMatch(line -> line.contains("is away"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"55000", "25006", "58000"})
  void whatATriggerRaisesLeavesOutOneJob(String sqlState) {
    log.expectWarnings();
    List<Long> ids = insert(5);
    refuse("OLD.id = " + ids.get(2), sqlState);
    RiverClient client = river.client(RiverClient.builder(river.dataSource()));

    assertThat(client.jobs().cancelAll(JobQuery.all(), 100))
        .containsExactlyElementsOf(without(ids, 2));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 50})
  void aPrivilegeThatIsMissingIsNoJobsFault(int jobs) {
    List<Long> ids = insert(jobs);
    river
        .dsl()
        .execute("UPDATE river_job SET state = 'scheduled', scheduled_at = now() + '1 hour'");
    String role = "reader_" + UUID.randomUUID().toString().replace("-", "");
    river.dsl().execute("CREATE ROLE " + role);
    try {
      river.dsl().execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO " + role);
      river.dsl().execute("GRANT UPDATE (priority) ON river_job TO " + role); // it may lock them
      RiverClient client = river.client(RiverClient.builder(river.dataSource()));
      river
          .dsl()
          .connection(
              connection -> {
                connection.setAutoCommit(false);
                connection.createStatement().execute("SET LOCAL ROLE " + role);
                Jobs inTransaction = client.jobs(connection);
                assertNotPermitted(() -> inTransaction.cancelAll(JobQuery.all(), 100));
                assertNotPermitted(() -> inTransaction.retryAll(JobQuery.all(), 100));
                assertNotPermitted(() -> inTransaction.deleteAll(JobQuery.all(), 100));
                connection.rollback();
                connection.setAutoCommit(true);
              });
      assertThat(river.row(ids.getFirst()).getState()).isEqualTo(RiverJobState.scheduled);
    } finally {
      river.dsl().execute("DROP OWNED BY " + role);
      river.dsl().execute("DROP ROLE " + role);
    }
  }

  private static void assertNotPermitted(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            DatabaseException.class, e -> assertThat(e.reason()).isEqualTo(Reason.PERMISSION));
  }

  private List<Long> insert(int count) {
    return IntStream.range(0, count).mapToObj(i -> river.insert(NewJobs.available())).toList();
  }

  private static List<Long> without(List<Long> ids, int place) {
    return ids.stream().filter(id -> !id.equals(ids.get(place))).toList();
  }

  private void refuse(String condition, String sqlState) {
    river
        .dsl()
        .execute(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF %s THEN RAISE EXCEPTION 'no' USING ERRCODE = '%s'; END IF;
              RETURN NEW;
            END $$;
            CREATE TRIGGER refusal BEFORE UPDATE ON river_job FOR EACH ROW EXECUTE FUNCTION refuse()
            """
                .formatted(condition, sqlState));
  }
}
