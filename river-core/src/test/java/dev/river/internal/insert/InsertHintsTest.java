package dev.river.internal.insert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.LogCapture;
import dev.river.UnreachableDatabase;
import dev.river.internal.codec.MessageCodec;
import dev.river.internal.service.ServiceLoop;
import dev.river.internal.store.Database;
import dev.river.internal.store.Notifications;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InsertHintsTest {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private LogCapture hintsLog;
  private LogCapture loopLog;

  @BeforeEach
  void captureLogs() {
    hintsLog = LogCapture.of(InsertHints.class);
    loopLog = LogCapture.of(ServiceLoop.class);
  }

  @AfterEach
  void endThreads() {
    threads.close();
    hintsLog.close();
    loopLog.close();
  }

  @Test
  void letsTheFirstInsertOfEachQueueNotify() {
    InsertHints hints = hints("first");

    assertThat(hints.announceNow("mail")).isTrue();
    assertThat(hints.announceNow("default")).isTrue();

    hints.stop();
    assertThat(threadsOf("first")).isZero();
  }

  @Test
  void letsOneInsertPerWindowNotify() {
    InsertHints hints = hints("window");
    long begin = System.nanoTime();
    int notified = 0;
    for (int i = 0; i < 20_000; i++) {
      if (hints.announceNow("mail")) {
        notified++;
      }
    }
    long windows = Duration.ofNanos(System.nanoTime() - begin).toMillis() / 10 + 1;

    assertThat(notified).isBetween(1, (int) windows);
    hints.stop();
    assertThat(threadsOf("window")).isZero();
  }

  /**
   * A round ends in a deadlock, or with a thread left, if an insert and the stop are not careful.
   */
  @Test
  void stopsWhileInsertsAreOnTheirWay() throws Exception {
    for (int round = 0; round < 200; round++) {
      InsertHints hints = hints("racing");
      List<Future<?>> inserts = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        inserts.add(threads.submit(() -> insertOften(hints)));
      }
      hints.stop();
      for (Future<?> insert : inserts) {
        insert.get(10, TimeUnit.SECONDS);
      }
      assertThat(threadsOf("racing")).isZero();
    }
  }

  private static void insertOften(InsertHints hints) {
    for (int i = 0; i < 20; i++) {
      hints.announceNow("queue" + i % 3);
    }
  }

  private static InsertHints hints(String clientId) {
    return new InsertHints(
        clientId,
        new Database(new UnreachableDatabase(), Optional.empty()),
        new Notifications(new MessageCodec(), Optional.empty()));
  }

  private static long threadsOf(String clientId) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("river-" + clientId + "-"))
        .count();
  }
}
