package dev.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.river.db.RiverMigrator;
import dev.river.job.InsertOpts;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SchemaTest {
  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  @Test
  void worksInASchemaThatIsNotOnTheSearchPath() {
    river.dsl().execute("CREATE SCHEMA \"Other\"");
    for (var migration : RiverMigrator.migrations()) {
      river.dsl().connection(c -> c.createStatement().execute(migration.sql("Other")));
    }
    Workers workers = new Workers().add(TestArgs.class, (job, context) -> WorkResult.completed());
    RiverClient client =
        river.started(
            RiverClient.builder(river.dataSource())
                .schema("Other")
                .workers(workers)
                .queue("default", 2));

    client.insert(new TestArgs("a"));
    client.insert(
        new TestArgs("b"), InsertOpts.builder().scheduledAt(Instant.now().plusMillis(100)).build());

    await()
        .atMost(RiverDatabase.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        river
                            .dsl()
                            .fetchValue(
                                "SELECT count(*) FROM \"Other\".river_job WHERE state ="
                                    + " 'completed'"))
                    .isEqualTo(2L));
  }
}
