package dev.river;

import static dev.river.schema.Tables.RIVER_JAVA_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.river.error.DatabaseException;
import dev.river.error.SchemaNotMigratedException;
import dev.river.internal.codec.JsonCodec;
import dev.river.internal.codec.MessageCodec;
import dev.river.internal.event.EventHub;
import dev.river.internal.store.Notifications;
import dev.river.internal.work.QueueSet;
import dev.river.internal.work.QueueSettings;
import dev.river.job.JobState;
import dev.river.schema.enums.RiverJobState;
import dev.river.testing.LogWatch;
import dev.river.testing.RiverDatabase;
import dev.river.testing.TestArgs;
import dev.river.testing.UnsteadyDataSource;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.lang.ref.WeakReference;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Starting and stopping, where something is in the way. */
class LifecycleTest {
  @RegisterExtension final LogWatch log = new LogWatch();
  @RegisterExtension final RiverDatabase river = new RiverDatabase();

  @Test
  void aClientThatNeverStartedHasStopped() throws Exception {
    RiverClient client = river.client(builder(river.dataSource()));

    assertThat(client.awaitStopped(RiverClient.FOREVER)).isTrue();
  }

  @Test
  void whoAwaitsTheStopWaitsUntilSomebodyStopsTheClient() throws Exception {
    RiverClient client = river.started(builder(river.dataSource()));
    assertThat(client.awaitStopped(Duration.ZERO)).isFalse();
    assertThat(client.awaitStopped(Duration.ofMillis(10))).isFalse();
    CompletableFuture<Boolean> waiting = inAThread(() -> client.awaitStopped(RiverClient.FOREVER));

    client.stop();

    assertThat(end(waiting)).isTrue();
    assertThat(client.awaitStopped(Duration.ZERO)).isTrue();
  }

  @Test
  void whoAwaitsTheStopOfAClientThatIsStartedAgainHasSeenIt() throws Exception {
    RiverClient client = river.started(builder(river.dataSource()));
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    CompletableFuture<Boolean> waiting =
        inAThread(
            () -> {
              thread.complete(Thread.currentThread());
              return client.awaitStopped(RiverClient.FOREVER);
            });
    awaitWaiting(end(thread));

    client.stop();
    client.start();

    assertThat(end(waiting)).isTrue();
    assertThat(client.awaitStopped(Duration.ZERO)).isFalse();
  }

  @Test
  void theLimitMustNotBeNegative() {
    RiverClient client = river.client(builder(river.dataSource()));

    assertThatThrownBy(() -> client.awaitStopped(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("limit must not be negative, got: PT-0.000000001S");
  }

  @Test
  void startWaitsForADatabaseThatComesLater() {
    log.expectWarnings();
    // The first two looks fail, then the connection breaks between the look and the registration.
    DataSource later = UnsteadyDataSource.failingAt(river.dataSource(), Set.of(1, 2, 4));

    RiverClient client = river.started(builder(later).awaitDatabase(RiverClient.FOREVER));

    river.awaitState(client.insert(new TestArgs("a")).id(), RiverJobState.completed);
    assertThat(log.warnings())
        .filteredOn(line -> line.contains("can't start yet, next try in"))
        .hasSize(3)
        .allMatch(line -> line.contains("gone for a moment"));
  }

  @Test
  void startRefusesAClientThatMustNeverBeStartedAndSaysWhy() {
    RiverClient client =
        river.client(builder(river.dataSource()).neverStarted("others work its queues"));

    assertThatThrownBy(client::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this client can't be started: others work its queues");
    assertThat(client.insert(new TestArgs("a")).job().state()).isEqualTo(JobState.AVAILABLE);
    assertThat(threadsOf(client)).isEmpty();
  }

  @Test
  void startDoesNotWaitForASchemaThatIsNotMigrated() {
    RiverClient client =
        river.client(
            builder(river.dataSource()).schema("nowhere").awaitDatabase(RiverClient.FOREVER));

    assertThatThrownBy(client::start).isInstanceOf(SchemaNotMigratedException.class);
  }

  @Test
  void startDoesNotWaitForADatabaseThatRefusesIt() {
    river.dsl().execute("ALTER TABLE river_java_client ADD CHECK (client_id <> 'client')");
    RiverClient client =
        river.client(builder(river.dataSource()).id("client").awaitDatabase(RiverClient.FOREVER));

    assertThatThrownBy(client::start)
        .isInstanceOf(DatabaseException.class)
        .hasMessageContaining("the client can't start")
        .hasMessageContaining("violates check constraint");
    assertThat(threadsOf(client)).isEmpty();
  }

  @Test
  void startGivesUpWhenItHasWaitedForLongEnough() {
    log.expectWarnings();
    UnreachableDatabase database = new UnreachableDatabase();
    RiverClient client = river.client(builder(database).awaitDatabase(Duration.ofMillis(300)));

    assertThatThrownBy(client::start)
        .isInstanceOfSatisfying(
            DatabaseException.class, e -> assertThat(e.sqlState()).contains("08001"))
        .hasMessageContaining("the client can't start: it has waited for PT0.3S for the database")
        .hasMessageContaining("nobody listens on that port");
    assertThat(database.attempts()).isGreaterThan(1);
    assertThat(threadsOf(client)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"stop", "stopAndCancel", "close"})
  void whoStopsEndsTheWaitingForTheDatabase(String how) throws Exception {
    log.expectWarnings();
    UnreachableDatabase database = new UnreachableDatabase();
    RiverClient client = river.client(builder(database).awaitDatabase(RiverClient.FOREVER));
    CompletableFuture<Boolean> starting = starting(client);
    await().atMost(RiverDatabase.PATIENCE).until(() -> database.attempts() > 1);

    stopping(how).accept(client);

    assertThatThrownBy(() -> end(starting))
        .hasRootCauseMessage("nobody listens on that port")
        .hasMessageContaining("the client was stopped while it waited for the database");
    assertThat(threadsOf(client)).isEmpty();
  }

  private static Consumer<RiverClient> stopping(String how) {
    return switch (how) {
      case "stop" -> RiverClient::stop;
      case "stopAndCancel" -> RiverClient::stopAndCancel;
      default -> RiverClient::close;
    };
  }

  @Test
  void anInterruptionEndsTheWaitingForTheDatabase() throws Exception {
    log.expectWarnings();
    UnreachableDatabase database = new UnreachableDatabase();
    RiverClient client = river.client(builder(database).awaitDatabase(RiverClient.FOREVER));
    CompletableFuture<Boolean> interruptedAfterwards = new CompletableFuture<>();
    Thread starting =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    client.start();
                  } catch (DatabaseException e) {
                    interruptedAfterwards.complete(Thread.currentThread().isInterrupted());
                  }
                });
    await().atMost(RiverDatabase.PATIENCE).until(() -> database.attempts() > 1);

    starting.interrupt();

    assertThat(end(interruptedAfterwards)).isTrue();
    assertThat(starting.join(RiverDatabase.PATIENCE)).isTrue();
    assertThat(threadsOf(client)).isEmpty();
  }

  @Test
  void whoStopsEndsTheWaitingThoughThePoolHasNoConnection() throws Exception {
    try (HikariDataSource pool = new HikariDataSource()) {
      pool.setDataSource(river.unpooled());
      pool.setMaximumPoolSize(1);
      pool.setConnectionTimeout(RiverDatabase.PATIENCE.multipliedBy(10).toMillis());
      try (Connection only = pool.getConnection()) {
        RiverClient client = river.client(builder(pool).awaitDatabase(RiverClient.FOREVER));
        CompletableFuture<Boolean> starting = starting(client);
        await()
            .atMost(RiverDatabase.PATIENCE)
            .until(() -> pool.getHikariPoolMXBean().getThreadsAwaitingConnection() == 1);

        client.stop();

        assertThatThrownBy(() -> end(starting))
            .hasMessageContaining("the client was stopped while it waited for the database");
        assertThat(only.isValid(1)).isTrue();
        assertThat(pool.getHikariPoolMXBean().getThreadsAwaitingConnection()).isZero();
      }
    }
  }

  @Test
  void aStartThatCannotRegisterLeavesNothingAndCanBeTriedAgain() {
    RiverClient client = river.client(builder(river.dataSource()));
    river.dsl().execute("ALTER TABLE river_java_client ADD CONSTRAINT refused CHECK (false)");

    assertThatThrownBy(client::start).isInstanceOf(DatabaseException.class);

    assertThat(threadsOf(client)).isEmpty();
    river.dsl().execute("ALTER TABLE river_java_client DROP CONSTRAINT refused");
    client.start();
    river.awaitState(client.insert(new TestArgs("a")).id(), RiverJobState.completed);
  }

  @Test
  void aStartThatFailsAtItsEndLeavesNothing() {
    ClientSettings settings = builder(river.dataSource()).settings(List.of());
    // No user can make such a queue. It makes fail what is started last.
    var nameless = new QueueSettings(nothing(), 1, Duration.ofSeconds(1), Optional.empty(), false);
    ClientLifecycle lifecycle =
        new ClientLifecycle(
            settings.id(), settings.lifecycle(), () -> runtime(settings, List.of(nameless)));

    assertThatThrownBy(() -> lifecycle.start(() -> {})).isInstanceOf(NullPointerException.class);

    assertThat(threadsOf(settings.id())).isEmpty();
    assertThat(river.dsl().fetchCount(RIVER_JAVA_CLIENT)).isZero();
    assertThat(lifecycle.running()).isNull();
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  private static <T> T nothing() {
    return null;
  }

  private ClientRuntime runtime(ClientSettings settings, List<QueueSettings> queues) {
    return new ClientRuntime(
        settings,
        new QueueSet(queues, Duration.ofSeconds(1)),
        river.database(),
        new Notifications(new MessageCodec(), Optional.empty()),
        new JsonCodec(),
        new EventHub(),
        river.client(RiverClient.builder(river.dataSource())),
        new ClientPeriodic(
            settings,
            (tx, insert, runAt, id) -> {
              throw new AssertionError("no job is periodic");
            }));
  }

  @Test
  void whoHasNoPatienceInterruptsJobsForWhoHas() throws Exception {
    CountDownLatch began = new CountDownLatch(1);
    RiverClient client =
        river.started(
            RiverClient.builder(river.dataSource())
                .workers(
                    new Workers()
                        .add(
                            TestArgs.class,
                            (job, context) -> {
                              began.countDown();
                              new CountDownLatch(1).await();
                              return WorkResult.completed();
                            }))
                .queue("default", 1));
    long id = client.insert(new TestArgs("a")).id();
    assertThat(began.await(RiverDatabase.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    Thread patient = Thread.ofPlatform().start(client::stop);
    awaitWaiting(patient);

    client.stop(Duration.ofMillis(50));

    assertThat(patient.join(RiverDatabase.PATIENCE)).isTrue();
    assertThat(river.row(id).getState()).isEqualTo(RiverJobState.available);
  }

  @Test
  void aStoppedClientIsNotKeptByItsShutdownHook() {
    WeakReference<RiverClient> client = stopped();

    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(
            () -> {
              System.gc();
              return client.get() == null;
            });
  }

  private WeakReference<RiverClient> stopped() {
    try (RiverClient client = builder(river.dataSource()).stopOnShutdown(Duration.ZERO).build()) {
      client.start();
      client.stop();
      client.start();
      return new WeakReference<>(client);
    }
  }

  private RiverClientBuilder builder(DataSource dataSource) {
    return RiverClient.builder(dataSource)
        .workers(new Workers().add(TestArgs.class, (job, context) -> WorkResult.completed()))
        .queue("default", 1);
  }

  private static CompletableFuture<Boolean> starting(RiverClient client) {
    return inAThread(
        () -> {
          client.start();
          return true;
        });
  }

  private static <T> CompletableFuture<T> inAThread(Callable<T> call) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                result.complete(call.call());
              } catch (Exception e) {
                result.completeExceptionally(e);
              }
            });
    return result;
  }

  private static <T> T end(CompletableFuture<T> future) throws Exception {
    try {
      return future.get(RiverDatabase.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw (Exception) e.getCause();
    }
  }

  private static void awaitWaiting(Thread thread) {
    await()
        .atMost(RiverDatabase.PATIENCE)
        .until(
            () ->
                thread.getState() == Thread.State.WAITING
                    || thread.getState() == Thread.State.TIMED_WAITING);
  }

  private static List<String> threadsOf(RiverClient client) {
    return threadsOf(client.id());
  }

  private static List<String> threadsOf(String id) {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("river-" + id))
        .toList();
  }
}
