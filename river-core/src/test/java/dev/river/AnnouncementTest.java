package dev.river;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.river.internal.store.NotificationStream;
import dev.river.job.InsertOpts;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AnnouncementTest {
  private static final String PAYLOAD = "{\"queue\": \"default\"}";

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private NotificationStream stream;
  private RiverClient client;

  @BeforeEach
  void listen() {
    stream = river.listen();
    client = river.client(RiverClient.builder(river.dataSource()));
  }

  @AfterEach
  void stopListening() {
    stream.close();
  }

  @Test
  void anInsertIntoAnIdleQueueCarriesItsNotification() {
    client.insert(new TestArgs("a"));

    assertThat(river.payloads(stream)).containsExactly(PAYLOAD);
  }

  @Test
  void manyInsertsInARowCostFewNotificationsAndTheLastOneIsAnnounced() throws Exception {
    int jobs = 1_000;
    try (var connection = river.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      for (int i = 0; i < jobs; i++) {
        client.insertTx(connection, new TestArgs("a"));
        connection.commit();
      }
    }
    client.close(); // sends what is owed
    List<String> payloads = untilMarker();

    assertThat(payloads).hasSizeBetween(2, jobs / 2).containsOnly(PAYLOAD);
  }

  @Test
  void aTransactionThatRollsBackDoesNotSwallowTheNotificationOfTheNext() throws Exception {
    try (var connection = river.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      client.insertTx(connection, new TestArgs("rolled back"));
      connection.rollback();
    }
    client.insert(new TestArgs("a"));

    assertThat(river.payloads(stream)).containsExactly(PAYLOAD);
  }

  @Test
  void metadataOfAQueueAreAnnouncedWithTheBytesOfRiversOwnClients() {
    river.dsl().execute("INSERT INTO river_queue (name, updated_at) VALUES ('mail', now())");

    client.queues().setMetadata("mail", Map.of("owner", "R & D", "limits", List.of(1, 2.5)));

    assertThat(river.payloads(stream))
        .containsExactly(
            "{\"action\":\"metadata_changed\","
                + "\"metadata\":{\"owner\":\"R \\u0026 D\",\"limits\":[1,2.5]},\"queue\":\"mail\"}");
  }

  @Test
  void aResignationIsAnnouncedWithTheBytesOfRiversOwnClients() {
    RiverClient leader =
        river.started(
            RiverClient.builder(river.dataSource())
                .id("leader")
                .queue("default", 1)
                .workers(
                    new Workers().add(TestArgs.class, (job, context) -> WorkResult.completed())));
    await().atMost(RiverDatabase.PATIENCE).until(() -> leader.fleet().leader().isPresent());

    leader.stop();

    assertThat(river.payloads(stream))
        .contains("{\"leader_id\" : \"leader\", \"action\" : \"resigned\"}");
  }

  @Test
  void jobsThatHaveToWaitAreNotAnnounced() {
    client.insert(
        new TestArgs("a"),
        InsertOpts.builder().scheduledAt(Instant.now().plusSeconds(3600)).build());
    client.insert(new TestArgs("a"), InsertOpts.builder().pending(true).build());

    client.close();

    assertThat(untilMarker()).isEmpty();
  }

  @Test
  void queuesAreAnnouncedApart() {
    client.insert(new TestArgs("a"), InsertOpts.builder().queue("mail").build());
    client.insert(new TestArgs("a"), InsertOpts.builder().queue("other").build());

    client.close();

    assertThat(untilMarker()).containsExactly("{\"queue\": \"mail\"}", "{\"queue\": \"other\"}");
  }

  /** What has arrived so far: notifications come in the order of their commits. */
  private List<String> untilMarker() {
    river.dsl().execute("NOTIFY \"public.river_insert\", 'marker'");
    List<String> payloads = new ArrayList<>();
    while (!payloads.contains("marker")) {
      payloads.addAll(river.payloads(stream));
    }
    return payloads.subList(0, payloads.size() - 1);
  }
}
