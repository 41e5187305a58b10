package dev.river;

import static dev.river.schema.Tables.RIVER_JOB;
import static dev.river.schema.Tables.RIVER_LEADER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.river.event.EventKind;
import dev.river.job.Insert;
import dev.river.job.InsertOpts;
import dev.river.job.JobRow;
import dev.river.query.JobQuery;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.LogWatch;
import dev.river.testing.Proxies;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.work.ErrorHandler;
import dev.river.work.Extension;
import dev.river.work.JobContext;
import dev.river.work.JobInserter;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What jobs may do while their client ends, and what it does when its pool has ended before. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class EndOfClientTest {
  private static final InsertOpts ASIDE = InsertOpts.builder().queue("aside").build();

  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch mayGoOn = new CountDownLatch(1);
  private final AtomicReference<RiverClient> itself = new AtomicReference<>();

  /** Uses a client. */
  interface Use {
    void use(RiverClient client) throws Exception;
  }

  /** A call, by name. */
  record Call(String name, Use use) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Call> stops() {
    return List.of(
        new Call("stop", RiverClient::stop),
        new Call("stop with patience", client -> client.stop(Duration.ofMillis(1))),
        new Call("stopAndCancel", RiverClient::stopAndCancel),
        new Call("awaitStopped", client -> client.awaitStopped(RiverClient.FOREVER)),
        new Call("close", RiverClient::close));
  }

  @Test
  void aJobThatRunsMayInsertWhileItsClientIsClosed() throws Exception {
    AtomicReference<JobInserter> kept = new AtomicReference<>();
    RiverClient client =
        started(
            builder(),
            (own, context) -> {
              kept.set(context.client());
              begun.countDown();
              mayGoOn.await();
              context.client().insert(new TestArgs("context"), ASIDE);
              own.insert(new TestArgs("client"), ASIDE);
              own.insertMany(List.of(Insert.of(new TestArgs("many"), ASIDE)));
              own.insertManyFast(Stream.of(Insert.of(new TestArgs("fast"), ASIDE)));
              own.jobs().list(JobQuery.all());
              own.queues().list(1);
              try (Connection connection = river.dataSource().getConnection()) {
                connection.setAutoCommit(false);
                context.client().insertTx(connection, new TestArgs("tx"), ASIDE);
                connection.commit();
              }
              CompletableFuture.runAsync( // a thread that the job waits for
                      () -> context.client().insert(new TestArgs("thread"), ASIDE))
                  .get();
            });
    long id = client.insert(new TestArgs("a")).id();
    begun.await();
    Thread closing = Thread.ofPlatform().start(client::close);
    await()
        .atMost(RiverDatabase.PATIENCE)
        .untilAsserted(
            () -> assertThatThrownBy(client::jobs).isInstanceOf(IllegalStateException.class));

    assertThatThrownBy(() -> client.insert(new TestArgs("outside")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith("is closed");
    mayGoOn.countDown();
    closing.join();

    assertThat(river.row(id).getState()).isEqualTo(RiverJobState.completed);
    assertThat(river.dsl().fetchCount(RIVER_JOB)).isEqualTo(7);
    assertThatThrownBy(() -> kept.get().insert(new TestArgs("late")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith("is closed");
  }

  @ParameterizedTest
  @MethodSource("stops")
  void aJobCanNotWaitForTheEndOfItsOwnClient(Call stop) throws Exception {
    CompletableFuture<Throwable> refused = new CompletableFuture<>();
    RiverClient client = started(builder(), (own, context) -> refused.complete(refusal(own, stop)));
    long id = client.insert(new TestArgs("a")).id();

    assertRefused(refused);
    river.awaitState(id, RiverJobState.completed);
    client.insert(new TestArgs("the client is as it was"));
  }

  @ParameterizedTest
  @MethodSource("stops")
  void norCanAnExtensionAnErrorHandlerOrAServiceOfTheClient(Call stop) throws Exception {
    CompletableFuture<Throwable> inExtension = new CompletableFuture<>();
    CompletableFuture<Throwable> inHandler = new CompletableFuture<>();
    CompletableFuture<Throwable> inClaim = new CompletableFuture<>();
    RiverClientBuilder builder =
        builder()
            .errorHandler(
                (job, failure) -> {
                  inHandler.complete(refusal(itself.get(), stop));
                  return ErrorHandler.Decision.AS_USUAL;
                })
            .extension(
                new Extension() {
                  @Override
                  public void afterWork(
                      JobRow job, JobContext context, Optional<Throwable> failure) {
                    inExtension.complete(refusal(itself.get(), stop));
                  }

                  @Override
                  public void claimed(String queue, int jobs, Duration time) {
                    inClaim.complete(refusal(itself.get(), stop));
                  }
                });
    RiverClient client =
        started(
            builder,
            (own, context) -> {
              throw new IllegalArgumentException("fails");
            });
    client.insert(new TestArgs("a"));

    assertRefused(inClaim);
    assertRefused(inExtension);
    assertRefused(inHandler);
  }

  /** Nothing waits for subscribers, so they may. */
  @ParameterizedTest
  @MethodSource("stops")
  void aSubscriberMayStopItsClient(Call stop) throws Exception {
    CompletableFuture<Boolean> stopped = new CompletableFuture<>();
    RiverClient client = started(builder(), (own, context) -> {});
    client.subscribe(
        event -> {
          try {
            if (!stop.name().equals("awaitStopped")) {
              stop.use().use(client);
            }
            stopped.complete(true);
          } catch (Exception | Error e) {
            stopped.completeExceptionally(e);
          }
        },
        EventKind.JOB_COMPLETED);
    client.insert(new TestArgs("a"));

    assertThat(stopped.get(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aJobMayStopAnotherClientAndHaveItsOwnStoppedByAThread() throws Exception {
    RiverClient other = started(builder().id("app"), (own, context) -> {});
    RiverClient client =
        started(
            builder().id("app-2").queue("aside", 1),
            (own, context) -> {
              other.stop();
              Thread.ofPlatform().start(own::stop);
            });
    client.insert(new TestArgs("a"), ASIDE); // which the other does not work

    assertThat(other.awaitStopped(RiverDatabase.PATIENCE)).isTrue();
    assertThat(client.awaitStopped(RiverDatabase.PATIENCE)).isTrue();
  }

  /** Ids may begin alike. */
  @Test
  void aServiceMayStopAClientOfAnotherId() throws Exception {
    RiverClient other = started(builder().id("app"), (own, context) -> {});
    CompletableFuture<Boolean> stopped = new CompletableFuture<>();
    RiverClient client =
        started(
            builder()
                .id("app-2")
                .queue("aside", 1)
                .extension(
                    new Extension() {
                      @Override
                      public void claimed(String queue, int jobs, Duration time) {
                        other.stop();
                        stopped.complete(true);
                      }
                    }),
            (own, context) -> {});

    client.insert(new TestArgs("a"), ASIDE); // which the other does not work

    assertThat(stopped.get(60, TimeUnit.SECONDS)).isTrue();
    assertThat(other.awaitStopped(Duration.ZERO)).isTrue();
  }

  /** Anybody may name a thread as a client does. */
  @ParameterizedTest
  @MethodSource("stops")
  void aThreadOfAnotherNamedLikeTheClientsMayStopIt(Call stop) throws Exception {
    RiverClient client = started(builder().id("app"), (own, context) -> {});
    CompletableFuture<Boolean> stopped = new CompletableFuture<>();

    Thread.ofPlatform()
        .name("river-app-ends")
        .start(
            () -> {
              try {
                if (stop.name().equals("awaitStopped")) {
                  client.awaitStopped(Duration.ZERO);
                } else {
                  stop.use().use(client);
                }
                stopped.complete(true);
              } catch (Exception | Error e) {
                stopped.completeExceptionally(e);
              }
            });

    assertThat(stopped.get(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aJobCanNotWaitForTheEndOfItsOwnQueue() throws Exception {
    CompletableFuture<Throwable> refused = new CompletableFuture<>();
    RiverClient client =
        started(
            builder().queue("mail", 1),
            (own, context) -> {
              refused.complete(
                  refusal(own, new Call("remove", it -> it.queues().remove("default"))));
              own.queues().remove("mail");
              own.queues().remove("default", Duration.ZERO);
            });
    long id = client.insert(new TestArgs("a")).id();

    assertThat(refused.get(60, TimeUnit.SECONDS))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("must not wait for the jobs of that queue");
    river.awaitState(id, RiverJobState.completed);
    assertThat(client.queues().worked()).isEmpty();
  }

  static List<Call> endsOfPool() {
    return stops().stream().filter(call -> !call.name().equals("awaitStopped")).toList();
  }

  @ParameterizedTest
  @MethodSource("endsOfPool")
  void aStopEndsAlthoughThePoolWasClosedBefore(Call stop) throws Exception {
    log.expectWarnings();
    HikariConfig config = new HikariConfig();
    config.setDataSource(river.unpooled());
    config.setMinimumIdle(0);
    HikariDataSource pool = new HikariDataSource(config);
    RiverClient client =
        start(
            RiverClient.builder(pool).queue("default", 5).id("bereft"),
            (own, context) -> {
              begun.countDown();
              mayGoOn.await();
            });
    long id = client.insert(new TestArgs("a")).id();
    begun.await();

    pool.close();
    mayGoOn.countDown();
    stop.use().use(client);

    assertThat(client.awaitStopped(Duration.ZERO)).isTrue();
    assertThat(log.warnings().stream().filter(line -> line.contains("data source was closed")))
        .as("what is said of job %s", id)
        .hasSizeLessThanOrEqualTo(1);
  }

  /** Some pools throw unchecked exceptions once they are closed. */
  @ParameterizedTest
  @MethodSource("stops")
  void aStopEndsAlthoughItsDataSourceThrowsWhateverItLikes(Call stop) throws Exception {
    log.expectWarnings();
    AtomicBoolean isClosed = new AtomicBoolean();
    DataSource pool =
        Proxies.of(
            DataSource.class,
            river.dataSource(),
            Map.of(
                "getConnection",
                arguments -> {
                  if (isClosed.get()) {
                    throw new IllegalStateException("the pool is closed");
                  }
                  return river.dataSource().getConnection();
                }));
    RiverClient client = start(RiverClient.builder(pool).queue("default", 1), (own, context) -> {});
    isClosed.set(true);

    if (stop.name().equals("awaitStopped")) {
      client.stop();
    }
    stop.use().use(client);

    assertThat(client.awaitStopped(Duration.ZERO)).isTrue();
    assertThat(log.warnings()).anyMatch(line -> line.contains("could not say goodbye"));
  }

  /** Once an application is taken out of its container, its pool may find its classes no more. */
  @Test
  void aStopEndsEverythingAlthoughItsDataSourceThrowsAnError() throws Exception {
    log.expectWarnings();
    AtomicBoolean isUnloaded = new AtomicBoolean();
    DataSource pool =
        Proxies.of(
            DataSource.class,
            river.dataSource(),
            Map.of(
                "getConnection",
                arguments -> {
                  if (isUnloaded.get()) {
                    throw new NoClassDefFoundError("com/example/PoolEntry");
                  }
                  return river.dataSource().getConnection();
                }));
    RiverClient client =
        start(RiverClient.builder(pool).queue("default", 1).id("unloaded"), (own, context) -> {});
    await() // for a lease that it gives up when it stops
        .atMost(RiverDatabase.PATIENCE)
        .until(() -> river.dsl().fetchCount(RIVER_LEADER) == 1);
    isUnloaded.set(true);

    client.stop();

    assertThat(client.awaitStopped(Duration.ZERO)).isTrue();
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("river-unloaded-"));
  }

  @Test
  void resultsThatCanNotBeStoredAreLeftToTheRescuers() throws Exception {
    log.expectWarnings();
    HikariConfig config = new HikariConfig();
    config.setDataSource(river.unpooled());
    config.setMinimumIdle(0);
    HikariDataSource pool = new HikariDataSource(config);
    RiverClient client =
        start(
            RiverClient.builder(pool).queue("default", 5).id("bereft"),
            (own, context) -> {
              begun.countDown();
              mayGoOn.await();
            });
    long id = client.insert(new TestArgs("a")).id();
    begun.await();
    pool.close();
    mayGoOn.countDown();
    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(() -> log.warnings().stream().anyMatch(line -> line.contains("completer")));

    client.stop();

    assertThat(log.warnings().stream().filter(line -> line.contains("data source was closed")))
        .hasSize(1)
        .allMatch(line -> line.contains("client bereft") && line.contains("[" + id + "]"));
    assertThat(river.row(id).getState()).isEqualTo(RiverJobState.running);
  }

  private static Throwable refusal(RiverClient client, Call stop) {
    try {
      stop.use().use(client);
      return new AssertionError("not refused");
    } catch (Exception e) {
      return e;
    }
  }

  private static void assertRefused(CompletableFuture<Throwable> refused) throws Exception {
    assertThat(refused.get(60, TimeUnit.SECONDS))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("waits for them and so would wait for itself");
  }

  /** What a worker does with its client. */
  private interface Work {
    void work(RiverClient own, JobContext context) throws Exception;
  }

  private RiverClientBuilder builder() {
    return RiverClient.builder(river.dataSource()).queue("default", 5).maxAttempts(1);
  }

  private RiverClient started(RiverClientBuilder builder, Work work) {
    RiverClient client = river.client(with(builder, work));
    itself.set(client);
    client.start();
    return client;
  }

  /** One that is not closed after the test. */
  private RiverClient start(RiverClientBuilder builder, Work work) {
    RiverClient client = with(builder, work).build();
    itself.set(client);
    client.start();
    return client;
  }

  private RiverClientBuilder with(RiverClientBuilder builder, Work work) {
    Workers workers =
        new Workers()
            .add(
                TestArgs.class,
                (job, context) -> {
                  work.work(itself.get(), context);
                  return WorkResult.completed();
                });
    return builder.workers(workers);
  }
}
