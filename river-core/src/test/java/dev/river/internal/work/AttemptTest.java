package dev.river.internal.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.river.job.JobRowBuilder;
import dev.river.work.CancelCause;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AttemptTest {
  private final Attempt attempt = new Attempt(new JobRowBuilder().build(), true, () -> {});
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch forever = new CountDownLatch(1);

  @AfterEach
  void endThreads() {
    forever.countDown();
    threads.close();
  }

  @Test
  void isNotCancelledAtFirst() {
    assertThat(attempt.cancelCause()).isEmpty();
    assertThat(attempt.cancelCause().isPresent()).isFalse();
  }

  @Test
  void returnsAndThrowsAsTheUsersCodeDoes() throws Exception {
    assertThat(attempt.<String>callUserCode(() -> "result")).isEqualTo("result");

    Error failure = new AssertionError("failed");
    assertThatThrownBy(
            () ->
                attempt.callUserCode(
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure);
  }

  @Test
  void interruptsTheUsersCode() throws Exception {
    CountDownLatch began = new CountDownLatch(1);
    Future<Boolean> interruptedAfterwards =
        threads.submit(
            () -> {
              assertThatThrownBy(() -> attempt.callUserCode(() -> waitForever(began)))
                  .isInstanceOf(InterruptedException.class);
              return Thread.currentThread().isInterrupted();
            });

    began.await();
    attempt.cancel(CancelCause.TIMEOUT);

    assertThat(interruptedAfterwards.get(10, TimeUnit.SECONDS)).isFalse();
    assertThat(attempt.cancelCause()).contains(CancelCause.TIMEOUT);
    assertThat(attempt.cancelCause().isPresent()).isTrue();
  }

  @Test
  void interruptsOnceMoreWithEachCancel() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch second = new CountDownLatch(1);
    Future<String> ended =
        threads.submit(
            () ->
                attempt.callUserCode(
                    () -> {
                      assertThatThrownBy(() -> waitForever(first))
                          .isInstanceOf(InterruptedException.class);
                      assertThatThrownBy(() -> waitForever(second))
                          .isInstanceOf(InterruptedException.class);
                      return "ended";
                    }));

    first.await();
    attempt.cancel(CancelCause.TIMEOUT);
    second.await();
    attempt.cancel(CancelCause.STOP);

    assertThat(ended.get(10, TimeUnit.SECONDS)).isEqualTo("ended");
  }

  @Test
  void keepsTheFirstCause() {
    attempt.cancel(CancelCause.TIMEOUT);
    attempt.cancel(CancelCause.STOP);

    assertThat(attempt.cancelCause()).contains(CancelCause.TIMEOUT);
  }

  @Test
  void doesNotBeginOnceItIsCancelled() {
    AtomicInteger calls = new AtomicInteger();
    attempt.cancel(CancelCause.STOP);

    assertThatThrownBy(() -> attempt.callUserCode(calls::incrementAndGet))
        .isInstanceOf(InterruptedException.class)
        .hasMessage("cancelled before it began");
    assertThat(calls).hasValue(0);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void isNotInterruptedOutsideOfTheUsersCode() throws Exception {
    assertThat(attempt.<String>callUserCode(() -> "result")).isEqualTo("result");

    attempt.cancel(CancelCause.STOP);

    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertThat(attempt.cancelCause().isPresent()).isTrue();
  }

  @Test
  void comesOutUninterruptedThoughTheUsersCodeInterruptedItself() throws Exception {
    Callable<String> code =
        () -> {
          Thread.currentThread().interrupt();
          return "result";
        };

    assertThat(attempt.callUserCode(code)).isEqualTo("result");
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void comesOutUninterruptedThoughItIsCancelledAtTheVeryEnd() throws Exception {
    for (int round = 0; round < 2_000; round++) {
      Attempt raced = new Attempt(new JobRowBuilder().build(), true, () -> {});
      CountDownLatch began = new CountDownLatch(1);
      Future<Boolean> interruptedAfterwards =
          threads.submit(
              () -> {
                raced.callUserCode(
                    () -> {
                      began.countDown();
                      return "result";
                    });
                return Thread.currentThread().isInterrupted();
              });

      began.await();
      raced.cancel(CancelCause.STOP);

      assertThat(interruptedAfterwards.get(10, TimeUnit.SECONDS)).isFalse();
    }
  }

  private String waitForever(CountDownLatch began) throws InterruptedException {
    began.countDown();
    forever.await();
    return "nobody interrupted it";
  }
}
