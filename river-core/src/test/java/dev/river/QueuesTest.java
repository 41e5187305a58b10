package dev.river;

import static dev.river.schema.Tables.RIVER_QUEUE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.error.QueueNotFoundException;
import dev.river.internal.codec.MessageCodec;
import dev.river.internal.store.NotificationStream;
import dev.river.internal.store.Notifications;
import dev.river.query.Queue;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What can be done with queues without working them. */
class QueuesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private Queues queues;

  @BeforeEach
  void build() {
    queues = river.client(RiverClient.builder(river.dataSource())).queues();
  }

  @Test
  void aQueueThatNobodyHasWorkedOrPausedIsNotThere() {
    assertThat(queues.get("mail")).isEmpty();
    assertThat(queues.list(1)).isEmpty();
  }

  @Test
  void aPauseIsNotLostThoughTheQueueIsNotThereYet() {
    queues.pause("mail");

    Queue mail = queues.get("mail").orElseThrow();
    assertThat(mail.name()).isEqualTo("mail");
    assertThat(mail.isPaused()).isTrue();
    assertThat(mail.pausedAt()).contains(mail.createdAt());
    assertThat(mail.metadata()).isEqualTo("{}");
  }

  @Test
  void aSecondPauseChangesNothing() {
    queues.pause("mail");
    Queue once = queues.get("mail").orElseThrow();

    queues.pause("mail");
    queues.pause(Queues.ALL);

    assertThat(queues.get("mail")).contains(once);
  }

  @Test
  void aSecondResumptionChangesNothing() {
    queues.pause("mail");
    queues.resume("mail");
    Queue once = queues.get("mail").orElseThrow();
    assertThat(once.isPaused()).isFalse();

    queues.resume("mail");
    queues.resume(Queues.ALL);

    assertThat(queues.get("mail")).contains(once);
  }

  @Test
  void allMeansTheQueuesThatExist() {
    insertRows("a", "b");

    queues.pause(Queues.ALL);
    assertThat(queues.list(10)).hasSize(2).allMatch(Queue::isPaused);
    queues.resume(Queues.ALL);
    assertThat(queues.list(10)).hasSize(2).noneMatch(Queue::isPaused);
  }

  @Test
  void manyMayPauseAndResumeAllAtOnce() throws Exception {
    insertRows(IntStream.range(0, 50).mapToObj(i -> "queue-" + i).toArray(String[]::new));
    Callable<Void> part =
        () -> {
          for (int i = 0; i < 50; i++) {
            queues.pause(Queues.ALL);
            queues.resume("queue-" + i);
            queues.resume(Queues.ALL);
          }
          return null;
        };

    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Void> done : threads.invokeAll(Collections.nCopies(6, part))) {
        done.get();
      }
    }
    assertThat(queues.list(50)).hasSize(50).noneMatch(Queue::isPaused);
  }

  @Test
  void aQueueThatDoesNotExistCannotBeResumed() {
    assertThatThrownBy(() -> queues.resume("mail"))
        .isInstanceOfSatisfying(
            QueueNotFoundException.class, e -> assertThat(e.queue()).isEqualTo("mail"))
        .hasMessage("there is no queue \"mail\"");
    queues.resume(Queues.ALL);
  }

  @Test
  void aNameThatNoQueueCanHaveIsNotPaused() {
    assertThatThrownBy(() -> queues.pause("Mail"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("got: \"Mail\"");
  }

  @Test
  void listsPageByPage() {
    insertRows("a", "b", "c", "d", "e");

    assertThat(queues.list(2)).extracting(Queue::name).containsExactly("a", "b");
    assertThat(queues.listAfter("b", 2)).extracting(Queue::name).containsExactly("c", "d");
    assertThat(queues.listAfter("d", 2)).extracting(Queue::name).containsExactly("e");
    assertThat(queues.listAfter("e", 2)).isEmpty();
  }

  @Test
  void refusesLimitsOutOfRange() {
    assertThatThrownBy(() -> queues.list(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("limit must be 1 to 10000, got: 0");
    assertThatThrownBy(() -> queues.listAfter("a", 10_001))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("limit must be 1 to 10000, got: 10001");
  }

  @Test
  void metadataIsReplacedButForWhatIsRivers() {
    insertRows("mail");
    river.dsl().execute("UPDATE river_queue SET metadata = '{\"old\": 1, \"river:x\": 2}'");

    Queue mail = queues.setMetadata("mail", Map.of("owner", "Ada"));

    assertThat(mail.metadata()).isEqualTo("{\"owner\": \"Ada\", \"river:x\": 2}");
    assertThat(mail.updatedAt()).isAfter(mail.createdAt());
    assertThat(queues.get("mail")).contains(mail);
  }

  @Test
  void metadataThatIsNoObjectIsReplaced() {
    insertRows("mail");
    river.dsl().execute("UPDATE river_queue SET metadata = '[1]'");

    assertThat(queues.setMetadata("mail", Map.of()).metadata()).isEqualTo("{}");
  }

  @Test
  void metadataMayBeLongerThanANotification() {
    insertRows("mail");
    String text = "é".repeat(10_000);

    assertThat(queues.setMetadata("mail", Map.of("text", text)).metadata()).contains(text);
  }

  @Test
  void metadataUnderRiversNamesIsRefused() {
    assertThatThrownBy(() -> queues.setMetadata("mail", Map.of("river:x", 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("metadata names must not start with river:, got: river:x");
  }

  @Test
  void aQueueThatDoesNotExistHasNoMetadata() {
    assertThatThrownBy(() -> queues.setMetadata("mail", Map.of()))
        .isInstanceOf(QueueNotFoundException.class);
  }

  @Test
  void everythingWorksInASchemaThatIsNamed() {
    Queues named = river.client(RiverClient.builder(river.dataSource()).schema("public")).queues();

    named.pause("mail");
    named.pause("mail");
    assertThat(named.setMetadata("mail", Map.of("a", 1)).metadata()).isEqualTo("{\"a\": 1}");
    named.resume("mail");

    assertThat(named.get("mail").orElseThrow().isPaused()).isFalse();
  }

  @Test
  void aTransactionSeesWhatItHasDoneAndItsRollbackUndoesIt() throws Exception {
    RiverClient client = river.client(RiverClient.builder(river.dataSource()));
    try (var connection = river.unpooled().getConnection()) {
      connection.setAutoCommit(false);
      Queues inTransaction = client.queues(connection);
      inTransaction.pause("mail");

      assertThat(inTransaction.get("mail").orElseThrow().isPaused()).isTrue();
      assertThat(queues.get("mail")).isEmpty();
      connection.rollback();
    }
    assertThat(queues.get("mail")).isEmpty();
  }

  @Test
  void clientsAreToldWhenATransactionCommits() {
    RiverClient client = river.client(RiverClient.builder(river.dataSource()));
    List<String> told = new ArrayList<>();
    try (NotificationStream stream =
        new Notifications(new MessageCodec(), Optional.empty()).listen(river.database())) {
      river
          .dsl()
          .transaction(
              tx -> {
                Queues inTransaction = client.queues(tx.dsl());
                inTransaction.pause("mail");
                inTransaction.setMetadata("mail", Map.of("a", 1));
                inTransaction.resume("mail");
                inTransaction.pause(Queues.ALL);
              });
      while (told.size() < 4) {
        stream.take(PATIENCE).forEach(notification -> told.add(notification.payload()));
      }
    }
    assertThat(told)
        .containsExactly(
            "{\"action\":\"pause\",\"queue\":\"mail\"}",
            "{\"action\":\"metadata_changed\",\"metadata\":{\"a\":1},\"queue\":\"mail\"}",
            "{\"action\":\"resume\",\"queue\":\"mail\"}",
            "{\"action\":\"pause\",\"queue\":\"*\"}");
  }

  @Test
  void aClosedClientHasNoQueues() {
    RiverClient client = river.client(RiverClient.builder(river.dataSource()).id("closed"));
    client.close();

    assertThatThrownBy(client::queues)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("client closed is closed");
    assertThatThrownBy(() -> client.queues(river.dsl())).isInstanceOf(IllegalStateException.class);
  }

  private void insertRows(String... names) {
    for (String name : names) {
      river.dsl().insertInto(RIVER_QUEUE, RIVER_QUEUE.NAME).values(name).execute();
    }
  }
}
