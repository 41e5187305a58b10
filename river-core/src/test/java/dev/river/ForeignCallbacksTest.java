package dev.river;

import static dev.river.schema.Tables.RIVER_JOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.river.event.EventKind;
import dev.river.event.Subscription;
import dev.river.job.Insert;
import dev.river.periodic.PeriodicJob;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.Rude;
import dev.river.testing.TestArgs;
import dev.river.work.Extension;
import dev.river.work.StuckJobHandler;
import dev.river.work.WorkResult;
import dev.river.work.Worker;
import dev.river.work.Workers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Code of a user's that is called on threads of the client does not end what those do. */
class ForeignCallbacksTest {
  private static final InheritableThreadLocal<String> USER = new InheritableThreadLocal<>();

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  static Stream<Supplier<Boolean>> callbacks() {
    return Stream.of(Rude::throwsChecked, Rude::interruptsAndThrows, () -> Rude.interrupts(true));
  }

  @ParameterizedTest
  @MethodSource("callbacks")
  void anExtensionThatIsToldOfClaimsDoesNotEndThem(Supplier<Boolean> callback) {
    log.expectWarnings();
    AtomicInteger told = new AtomicInteger();
    RiverClient client =
        river.started(
            builder((job, context) -> WorkResult.completed())
                .extension(
                    new Extension() {
                      @Override
                      public void claimed(String queue, int jobs, Duration duration) {
                        told.incrementAndGet();
                        assertThat(callback.get()).isTrue();
                      }
                    }));

    for (int i = 0; i < 3; i++) {
      river.awaitState(client.insert(new TestArgs("a")).id(), RiverJobState.completed);
    }
    assertThat(told.get()).isGreaterThanOrEqualTo(3);
  }

  @ParameterizedTest
  @MethodSource("callbacks")
  void aSubscriberGetsTheNextEventToo(Supplier<Boolean> callback) {
    log.expectWarnings();
    AtomicInteger told = new AtomicInteger();
    RiverClient client = river.client(builder((job, context) -> WorkResult.completed()));
    try (Subscription events =
        client.subscribe(
            event -> {
              told.incrementAndGet();
              assertThat(callback.get()).isTrue();
            },
            EventKind.JOB_COMPLETED)) {
      client.start();
      for (int i = 0; i < 3; i++) {
        client.insert(new TestArgs("a"));
      }
      await().atMost(RiverDatabase.PATIENCE).until(() -> told.get() == 3);
      assertThat(events.dropped()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("callbacks")
  void periodicJobsGoOn(Supplier<Boolean> callback) {
    log.expectWarnings();
    AtomicInteger constructed = new AtomicInteger();
    RiverClient client =
        river.client(
            builder((job, context) -> WorkResult.completed())
                .periodic(
                    PeriodicJob.every(
                            Duration.ofDays(1),
                            () -> {
                              if (constructed.incrementAndGet() < 2) {
                                assertThat(callback.get()).isTrue();
                              }
                              return Optional.of(Insert.of(new TestArgs("periodic")));
                            })
                        .id("daily")
                        .runOnStart())
                .extension(
                    new Extension() {
                      @Override
                      public void periodicJobsStarted(Map<String, Instant> nextRuns) {
                        assertThat(callback.get()).isTrue();
                      }
                    }));
    client.start();

    await().atMost(RiverDatabase.PATIENCE).until(() -> river.dsl().fetchCount(RIVER_JOB) == 1);
  }

  @ParameterizedTest
  @MethodSource("callbacks")
  void aHandlerOfStuckJobsIsAskedAboutTheNextOneToo(Supplier<Boolean> callback) {
    log.expectWarnings();
    AtomicInteger told = new AtomicInteger();
    CountDownLatch end = new CountDownLatch(1);
    RiverClient client =
        river.started(
            builder(
                    (job, context) -> {
                      boolean ended = false;
                      while (!ended) {
                        try {
                          end.await();
                          ended = true;
                        } catch (InterruptedException e) {
                          ended = false; // this is what makes it stuck
                        }
                      }
                      return WorkResult.completed();
                    })
                .jobTimeout(Duration.ofMillis(50))
                .stuckJobHandler(
                    Duration.ofMillis(50),
                    job -> {
                      told.incrementAndGet();
                      return callback.get()
                          ? StuckJobHandler.Decision.KEEP_SLOT
                          : StuckJobHandler.Decision.ADD_SLOT;
                    }));
    long first = client.insert(new TestArgs("a")).id();
    await().atMost(RiverDatabase.PATIENCE).until(() -> told.get() == 1);
    long second = client.insert(new TestArgs("b")).id();
    await().atMost(RiverDatabase.PATIENCE).until(() -> told.get() == 2);

    end.countDown();

    river.awaitState(first, RiverJobState.completed);
    river.awaitState(second, RiverJobState.completed);
  }

  @Test
  void threadsInheritNothingFromTheOneThatStartsTheClient() throws Exception {
    AtomicInteger strangers = new AtomicInteger();
    CountDownLatch told = new CountDownLatch(2);
    Runnable look =
        () -> {
          ClassLoader loader = Thread.currentThread().getContextClassLoader();
          if (USER.get() != null || !RiverClient.class.getClassLoader().equals(loader)) {
            strangers.incrementAndGet();
          }
        };
    RiverClient client =
        river.client(
            builder(
                    (job, context) -> {
                      look.run();
                      assertThat(Thread.currentThread().getName())
                          .isEqualTo("river-job-test-" + job.id());
                      return WorkResult.completed();
                    })
                .extension(
                    new Extension() {
                      @Override
                      public void claimed(String queue, int jobs, Duration duration) {
                        look.run();
                      }
                    }));
    Thread request =
        new Thread(
            () -> {
              USER.set("alice");
              client.subscribe(
                  event -> {
                    look.run();
                    told.countDown();
                  },
                  EventKind.JOB_COMPLETED);
              client.start();
              client.insert(new TestArgs("a"));
              client.insert(new TestArgs("b"));
            });
    request.setContextClassLoader(new ClassLoader(null) {});
    request.start();
    request.join();

    assertThat(told.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(strangers).hasValue(0);
  }

  private RiverClientBuilder builder(Worker<TestArgs> worker) {
    return RiverClient.builder(river.dataSource())
        .workers(new Workers().add(TestArgs.class, worker))
        .queue("default", 2);
  }
}
