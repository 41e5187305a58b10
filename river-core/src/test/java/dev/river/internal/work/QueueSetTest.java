package dev.river.internal.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.testing.RiverDatabase;
import dev.river.work.QueueConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class QueueSetTest {
  private static final QueueConfig CONFIG = QueueConfig.builder().maxWorkers(1).build();
  private static final Duration POLL = Duration.ofSeconds(1);

  private final QueueSet queues =
      new QueueSet(List.of(QueueSettings.of("default", CONFIG, POLL)), POLL);

  @Test
  void aQueueIsNotThereIfItCouldNotBegin() {
    List<String> begun = new ArrayList<>();
    var memory = new OutOfMemoryError("unable to create native thread");
    queues.attach(
        new QueueSet.Runner() {
          @Override
          public void begin(QueueSettings queue) {
            begun.add(queue.name());
            if (begun.equals(List.of("default", "mail"))) {
              throw memory;
            }
          }

          @Override
          public boolean end(String queue, Duration limit) {
            return true;
          }
        });

    assertThatThrownBy(() -> queues.add("mail", CONFIG)).isSameAs(memory);
    assertThat(queues.names()).containsExactly("default");

    queues.add("mail", CONFIG);
    assertThat(queues.names()).containsExactly("default", "mail");
    assertThat(begun).containsExactly("default", "mail", "mail");
  }

  @Test
  void aQueueIsNotAddedAgainBeforeAllHaveEndedThatRemoveIt() throws Exception {
    AtomicInteger ends = new AtomicInteger();
    CountDownLatch firstIsIn = new CountDownLatch(1);
    CountDownLatch letFirstGo = new CountDownLatch(1);
    queues.attach(
        new QueueSet.Runner() {
          @Override
          public void begin(QueueSettings queue) {}

          @Override
          public boolean end(String queue, Duration limit) throws InterruptedException {
            if (ends.incrementAndGet() == 1) {
              firstIsIn.countDown();
              letFirstGo.await();
            }
            return true;
          }
        });

    try (ExecutorService other = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Boolean> first = other.submit(() -> queues.remove("default", POLL));
      assertThat(firstIsIn.await(RiverDatabase.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(queues.remove("default", POLL)).isTrue();

      assertThatIllegalArgumentException()
          .isThrownBy(() -> queues.add("default", CONFIG))
          .withMessageContaining("while it is being removed");

      letFirstGo.countDown();
      assertThat(first.get(RiverDatabase.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } finally {
      letFirstGo.countDown();
    }
    queues.add("default", CONFIG);
    assertThat(queues.names()).containsExactly("default");
  }
}
