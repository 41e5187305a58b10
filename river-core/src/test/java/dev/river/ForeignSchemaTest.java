package dev.river;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.error.SchemaNotMigratedException;
import dev.river.testing.RiverDatabase;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What needs our own tables says so in a schema that only a River of another language has made. */
class ForeignSchemaTest {
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  @BeforeEach
  void leaveOnlySharedTables() {
    river
        .dsl()
        .execute(
            """
            DROP TABLE river_java_client, river_java_leader, river_java_periodic_job, river_java_duty;
            DELETE FROM river_migration WHERE line = 'java'
            """);
  }

  @Test
  void periodicJobsNeedOurTables() {
    ClientPeriodicJobs jobs = river.client(RiverClient.builder(river.dataSource())).periodicJobs();

    saysWhatIsMissing(() -> jobs.list(10));
    saysWhatIsMissing(() -> jobs.listAfter("a", 10));
    saysWhatIsMissing(() -> jobs.get("a"));
    saysWhatIsMissing(() -> jobs.pause("a"));
    saysWhatIsMissing(() -> jobs.resume("a"));
    saysWhatIsMissing(() -> jobs.remove("a"));
  }

  @Test
  void soDoTheyInACallersTransaction() {
    RiverClient client = river.client(RiverClient.builder(river.dataSource()));

    river
        .dsl()
        .connection(
            connection -> {
              connection.setAutoCommit(false);
              saysWhatIsMissing(() -> client.periodicJobs(connection).pause("a"));
              connection.rollback();
              saysWhatIsMissing(() -> client.periodicJobs(DSL.using(connection)).list(10));
              connection.rollback();
              connection.setAutoCommit(true);
            });
  }

  private static void saysWhatIsMissing(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(SchemaNotMigratedException.class)
        .hasMessageContaining("RiverMigrator");
  }
}
