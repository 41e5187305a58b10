package dev.river.internal.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SignalTest {
  private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();
  private static final Duration BRIEFLY = Duration.ofMillis(20);

  private final Signal signal = new Signal();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void endThreads() {
    signal.give();
    threads.close();
  }

  @Test
  void isKeptForWhoeverWaitsNext() throws Exception {
    signal.give();

    signal.await(FOREVER);

    assertThat(waitsFor(BRIEFLY)).isTrue();
  }

  @Test
  void isTakenEvenByAWaitOfNoTime() throws Exception {
    signal.give();

    signal.await(Duration.ZERO);

    assertThat(waitsFor(BRIEFLY)).isTrue();
  }

  @Test
  void becomesOneIfItIsGivenSeveralTimes() throws Exception {
    signal.give();
    signal.give();
    signal.give();

    signal.await(FOREVER);

    assertThat(waitsFor(BRIEFLY)).isTrue();
  }

  @Test
  void wakesTheThreadThatWaits() throws Exception {
    Future<?> woken = threads.submit(() -> await(FOREVER));
    assertThatThrownBy(() -> woken.get(BRIEFLY.toMillis(), TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);

    signal.give();

    woken.get(10, TimeUnit.SECONDS);
    assertThat(woken).isDone();
  }

  @Test
  void endsItsWaitWithAnInterruption() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> signal.await(FOREVER)).isInstanceOf(InterruptedException.class);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void isNeverLostBetweenTwoThreads() {
    int rounds = 20_000;
    Signal answer = new Signal();
    AtomicInteger heard = new AtomicInteger();
    Future<?> listener =
        threads.submit(
            () -> {
              for (int i = 0; i < rounds; i++) {
                signal.await(FOREVER);
                heard.incrementAndGet();
                answer.give();
              }
              return true;
            });

    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          for (int i = 0; i < rounds; i++) {
            signal.give();
            answer.await(FOREVER);
          }
          listener.get();
        });

    assertThat(heard).hasValue(rounds);
  }

  private boolean waitsFor(Duration limit) throws InterruptedException {
    long before = System.nanoTime();
    signal.await(limit);
    return System.nanoTime() - before >= limit.toNanos();
  }

  private Void await(Duration limit) throws InterruptedException {
    signal.await(limit);
    return null;
  }
}
