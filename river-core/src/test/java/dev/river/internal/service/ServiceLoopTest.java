package dev.river.internal.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.river.LogCapture;
import dev.river.testing.Rude;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ServiceLoopTest {
  private static final Duration UNTIL_WOKEN = Duration.ofDays(1);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String NAME = "river-client-loop";

  /** One permit for each pass that began. */
  private final Semaphore began = new Semaphore(0);

  private final LogCapture log = LogCapture.of(ServiceLoop.class);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private ServiceLoop loop =
      new ServiceLoop(
          "client",
          "loop",
          () -> {
            began.release();
            return UNTIL_WOKEN;
          });

  @AfterEach
  void endThreads() {
    loop.stop();
    threads.close();
    log.close();
  }

  @Test
  void hasNoThreadBeforeItsStartAndAfterItsStop() {
    assertThat(loopThreads()).isEmpty();

    loop.start();
    assertThat(loopThreads()).hasSize(1).allMatch(Thread::isDaemon);

    loop.stop();
    assertThat(loopThreads()).isEmpty();
  }

  @Test
  void startsOnce() throws Exception {
    loop.start();
    loop.start();

    awaitPass();
    assertThat(loopThreads()).hasSize(1);
    assertNoPass();
  }

  @Test
  void stopsWithoutHavingBeenStartedAndTwice() throws Exception {
    loop.stop();
    loop.start();
    awaitPass();
    loop.stop();
    loop.stop();

    assertThat(loopThreads()).isEmpty();
  }

  @Test
  void startsAgain() throws Exception {
    loop.start();
    awaitPass();
    loop.stop();
    loop.start();

    awaitPass();
  }

  @Test
  void passesWithoutRestIfThePassSaysSo() throws Exception {
    loop =
        new ServiceLoop(
            "client",
            "loop",
            () -> {
              began.release();
              return Duration.ofSeconds(-1);
            });
    loop.start();

    assertThat(began.tryAcquire(1_000, 10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void passesAgainAfterItsRest() throws Exception {
    loop =
        new ServiceLoop(
            "client",
            "loop",
            () -> {
              began.release();
              return Duration.ofMillis(1);
            });
    loop.start();

    assertThat(began.tryAcquire(10, 10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void passesAgainWhenItIsWoken() throws Exception {
    loop.start();
    awaitPass();
    assertNoPass();

    loop.wake();

    awaitPass();
  }

  @Test
  void keepsAWakeUpThatComesDuringAPass() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    loop =
        new ServiceLoop(
            "client",
            "loop",
            () -> {
              began.release();
              awaitUninterrupted(goOn, new AtomicBoolean());
              return UNTIL_WOKEN;
            });
    loop.start();
    awaitPass();

    loop.wake();
    goOn.countDown();

    awaitPass();
    assertNoPass();
  }

  @Test
  void goesOnAfterAPassThatFailed() throws Exception {
    AtomicInteger passes = new AtomicInteger();
    loop =
        new ServiceLoop(
            "client",
            "loop",
            () ->
                switch (passes.incrementAndGet()) {
                  case 1 -> throw new IllegalStateException("first pass");
                  case 2 -> throw new AssertionError("second pass");
                  default -> {
                    began.release();
                    yield UNTIL_WOKEN;
                  }
                });
    loop.start();

    awaitPass();
    assertThat(passes).hasValue(3);
    assertThat(log.lines())
        .hasSize(2)
        .allMatch(line -> line.startsWith("WARN %s: pass failed, next try in ".formatted(NAME)));
  }

  @Test
  void goesOnAfterPassesThatInterruptItsThread() throws Exception {
    AtomicInteger passes = new AtomicInteger();
    AtomicBoolean stillInterrupted = new AtomicBoolean();
    loop =
        new ServiceLoop(
            "client",
            "loop",
            () -> {
              if (Thread.currentThread().isInterrupted()) {
                stillInterrupted.set(true);
              }
              began.release();
              return switch (passes.incrementAndGet()) {
                case 1 -> Rude.interrupts(Duration.ofMillis(1));
                case 2 -> Rude.interruptsAndThrows();
                case 3 -> Rude.throwsChecked();
                default -> UNTIL_WOKEN;
              };
            });
    loop.start();

    assertThat(began.tryAcquire(4, 20, TimeUnit.SECONDS)).isTrue();
    assertThat(stillInterrupted).isFalse();
  }

  @Test
  void goesOnThoughItsRestIsInterrupted() throws Exception {
    loop.start();
    awaitPass();

    loopThreads().forEach(Thread::interrupt);

    awaitPass();
    loop.wake();
    awaitPass();
  }

  @Test
  void keepsItsRestAfterAFailureThoughItIsWoken() {
    AtomicInteger passes = new AtomicInteger();
    loop =
        new ServiceLoop(
            "client",
            "loop",
            () -> {
              passes.incrementAndGet();
              throw new IllegalStateException("down");
            });
    loop.start();
    long begin = System.nanoTime();

    await()
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              loop.wake();
              return passes.get() >= 4;
            });

    // at least half of 100, 200 and 400 ms
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(300));
  }

  @Test
  void stopsAtOnceInItsRestAfterAFailure() {
    loop =
        new ServiceLoop(
            "client",
            "loop",
            () -> {
              began.release();
              throw new IllegalStateException("down");
            });
    loop.start();
    await().until(() -> began.availablePermits() >= 5); // this rest takes 0.8 to 1.6 s
    long begin = System.nanoTime();

    loop.stop();

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofMillis(500));
  }

  @Test
  void waitsForThePassWhenItStopsAndDoesNotInterruptIt() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicBoolean interrupted = new AtomicBoolean();
    loop =
        new ServiceLoop(
            "client",
            "loop",
            () -> {
              began.release();
              awaitUninterrupted(goOn, interrupted);
              return UNTIL_WOKEN;
            });
    loop.start();
    awaitPass();
    Future<?> stop = threads.submit(loop::stop);

    assertThatThrownBy(() -> stop.get(50, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    goOn.countDown();
    stop.get(10, TimeUnit.SECONDS);

    assertThat(interrupted).isFalse();
    assertThat(began.availablePermits()).isZero();
    assertThat(loopThreads()).isEmpty();
  }

  @Test
  void stopsToTheEndThoughTheStoppingThreadIsInterrupted() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicBoolean interrupted = new AtomicBoolean();
    loop =
        new ServiceLoop(
            "client",
            "loop",
            () -> {
              began.release();
              awaitUninterrupted(goOn, interrupted);
              return UNTIL_WOKEN;
            });
    loop.start();
    awaitPass();
    Future<Boolean> interruptedAfterwards =
        threads.submit(
            () -> {
              Thread.currentThread().interrupt();
              loop.stop();
              return Thread.currentThread().isInterrupted();
            });

    assertThatThrownBy(() -> interruptedAfterwards.get(50, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    goOn.countDown();

    assertThat(interruptedAfterwards.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(interrupted).isFalse();
  }

  /**
   * Never two passes at once, no pass after a stop, no thread left, and no deadlock. Each stop
   * waits for a thread to be scheduled, which takes long on a busy machine, and may come before the
   * first pass of that thread; so neither time nor passes of the callers' starts are counted on.
   */
  @Test
  @Timeout(300)
  void bearsManyThreadsThatStartStopAndWakeIt() throws Exception {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger passes = new AtomicInteger();
    AtomicBoolean overlapped = new AtomicBoolean();
    loop =
        new ServiceLoop(
            "client",
            "loop",
            () -> {
              if (running.incrementAndGet() != 1) {
                overlapped.set(true);
              }
              passes.incrementAndGet();
              Thread.onSpinWait();
              running.decrementAndGet();
              return passes.get() % 3 == 0 ? Duration.ZERO : UNTIL_WOKEN;
            });
    loop.start();
    await().atMost(PATIENCE).until(() -> passes.get() > 0);
    List<Future<?>> callers = new ArrayList<>();
    for (int thread = 0; thread < 16; thread++) {
      callers.add(threads.submit(this::callAtRandom));
    }
    for (Future<?> caller : callers) {
      caller.get();
    }

    loop.stop();
    int passesAtStop = passes.get();

    assertThat(loopThreads()).isEmpty();
    assertThat(overlapped).isFalse();
    assertThat(running).hasValue(0);

    loop.wake();
    assertThat(passes).hasValue(passesAtStop);
    loop.start();
    await().atMost(PATIENCE).until(() -> passes.get() > passesAtStop);
  }

  private void callAtRandom() {
    for (int i = 0; i < 100; i++) {
      switch (ThreadLocalRandom.current().nextInt(4)) {
        case 0 -> loop.stop();
        case 1 -> loop.wake();
        default -> loop.start();
      }
    }
  }

  private void awaitPass() throws InterruptedException {
    assertThat(began.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
  }

  private void assertNoPass() throws InterruptedException {
    assertThat(began.tryAcquire(50, TimeUnit.MILLISECONDS)).isFalse();
  }

  private static void awaitUninterrupted(CountDownLatch latch, AtomicBoolean interrupted) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      interrupted.set(true);
    }
  }

  private static List<Thread> loopThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(NAME))
        .toList();
  }
}
