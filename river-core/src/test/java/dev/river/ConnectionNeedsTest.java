package dev.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ConnectionNeedsTest {
  /** They wait for time or memory only. */
  private static final Set<String> WITHOUT_CONNECTION = Set.of("timeouts", "stuck-watch");

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  @Test
  void countEveryThreadThatTakesConnections() {
    RiverClient client = river.started(two(river.dataSource()));

    await()
        .atMost(RiverDatabase.PATIENCE)
        .untilAsserted(
            () -> {
              List<String> parts = partsOf(client);
              assertThat(parts).contains("listener", "producer-a", "producer-b", "reindexer");
              // the reindexer takes two; hints and large-results have no thread before one is
              // needed
              assertThat(parts.size() + 3)
                  .as("%s", parts)
                  .isEqualTo(ConnectionNeeds.of(2, false).leading());
            });
  }

  @Test
  void areOneLessWithoutASession() {
    assertThat(ConnectionNeeds.of(3, true).always())
        .isEqualTo(ConnectionNeeds.of(3, false).always() - 1);
    assertThat(ConnectionNeeds.of(3, true).leading())
        .isEqualTo(ConnectionNeeds.of(3, false).leading() - 1);
  }

  @Test
  void areWhatReadmeAndJavadocSay() throws IOException {
    ConnectionNeeds needs = ConnectionNeeds.of(0, false);
    assertThat(needs).isEqualTo(new ConnectionNeeds(13, 21));

    assertThat(text("../README.md"))
        .contains(
            "| each queue, for a moment | 1 |",
            "one of them only once there is a large result | 12 |",
            "| while it leads, for a moment each | 8 more |",
            "the number of queues plus 21,");
    assertThat(text("src/main/java/dev/river/RiverClient.java"))
        .contains("one per queue, twelve more, and eight more while it leads");
  }

  @Test
  void areWarnedOfAtEachStartIfThePoolIsTooSmall() {
    log.expectWarnings();
    try (HikariDataSource pool = pool(12)) {
      RiverClient client = river.client(two(pool));

      client.start();
      client.start(); // runs already
      assertThat(log.warnings())
          .singleElement()
          .asString()
          .contains(
              "client " + client.id() + ": its pool gives 12 connections at most",
              "up to 15 at the same time, and 23 while it leads");
      client.stop();
      client.start();

      assertThat(log.warnings()).hasSize(2);
      client.close();
    }
  }

  @Test
  void areNotWarnedOfIfThePoolIsLargeEnough() {
    try (HikariDataSource pool = pool(15)) {
      RiverClient client = river.started(two(pool));

      assertThat(log.warnings()).isEmpty();
      client.close();
    }
  }

  @Test
  void areNotWarnedOfIfTheDataSourceDoesNotTell() {
    assertThat(river.started(two(river.unpooled())).id()).isNotEmpty();
  }

  private static List<String> partsOf(RiverClient client) {
    String prefix = "river-" + client.id() + "-";
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith(prefix))
        .map(name -> name.substring(prefix.length()))
        .filter(part -> !WITHOUT_CONNECTION.contains(part) && !part.equals("hints"))
        .toList();
  }

  private static String text(String file) throws IOException {
    return Files.readString(Path.of(file)).replaceAll("\\s+(\\* )?", " ");
  }

  private HikariDataSource pool(int size) {
    HikariConfig config = new HikariConfig();
    config.setDataSource(river.unpooled());
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(0);
    return new HikariDataSource(config);
  }

  private static RiverClientBuilder two(DataSource dataSource) {
    return RiverClient.builder(dataSource)
        .workers(new Workers().add(TestArgs.class, (job, context) -> WorkResult.completed()))
        .queue("a", 1)
        .queue("b", 1);
  }
}
