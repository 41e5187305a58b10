package dev.river;

import static dev.river.schema.Tables.RIVER_JAVA_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Several clients of one id. */
class NamesakesTest {
  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  @Test
  void areWarnedOfIfTheyLive() {
    log.expectWarnings();
    river.started(builder());
    river.started(builder());

    await()
        .atMost(RiverDatabase.PATIENCE)
        .untilAsserted(() -> assertThat(ofNamesakes()).isNotEmpty());
    assertThat(ofNamesakes().getFirst())
        .contains("two living clients have the id app: this one (row ", "started at 20")
        .containsPattern("\\(row \\d+, process \\d+ of the database.*\\) and one")
        .containsPattern("\\(row \\d+, process \\d+ of the database.*\\)\\. Give");
  }

  @Test
  void areWarnedOfWithoutASessionToo() {
    log.expectWarnings();
    river.started(builder().pollOnly(true));
    river.started(builder().pollOnly(true));

    await()
        .atMost(RiverDatabase.PATIENCE)
        .untilAsserted(() -> assertThat(ofNamesakes()).isNotEmpty());
    assertThat(ofNamesakes().getFirst()).containsPattern("\\(row \\d+, no session\\) and one");
  }

  @Test
  void areNotWarnedOfIfTheyAreDead() {
    log.expectWarnings(); // that it is gone
    river.dsl().insertInto(RIVER_JAVA_CLIENT).set(RIVER_JAVA_CLIENT.CLIENT_ID, "app").execute();

    river.started(builder());

    await()
        .atMost(RiverDatabase.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        river
                            .dsl()
                            .fetchCount(RIVER_JAVA_CLIENT, RIVER_JAVA_CLIENT.GONE_AT.isNull()))
                    .isEqualTo(1));
    assertThat(ofNamesakes()).isEmpty();
  }

  private List<String> ofNamesakes() {
    return log.warnings().stream().filter(line -> line.contains("two living clients")).toList();
  }

  private RiverClientBuilder builder() {
    return RiverClient.builder(river.dataSource())
        .workers(new Workers().add(TestArgs.class, (job, context) -> WorkResult.completed()))
        .queue("default", 1)
        .id("app");
  }
}
