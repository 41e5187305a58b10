package dev.river.internal.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.LogCapture;
import dev.river.RiverClient;
import dev.river.UnreachableDatabase;
import dev.river.internal.codec.JsonCodec;
import dev.river.internal.event.EventHub;
import dev.river.internal.store.Database;
import dev.river.internal.store.JobResults;
import dev.river.job.Job;
import dev.river.job.JobArgs;
import dev.river.job.JobRow;
import dev.river.job.JobRowBuilder;
import dev.river.work.ErrorHandler;
import dev.river.work.JobContext;
import dev.river.work.RegisteredWorker;
import dev.river.work.RetryPolicy;
import dev.river.work.StuckJobHandler;
import dev.river.work.WorkResult;
import dev.river.work.Worker;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every attempt ends and frees its slot, whatever the user's classes do. */
class JobExecutorTest {
  private final JsonCodec codec = new JsonCodec();
  private final ClaimedJobs claimed = new ClaimedJobs();
  private final CountDownLatch slotFreed = new CountDownLatch(1);

  private Optional<JobExecutor> started = Optional.empty();

  @AfterEach
  void stop() {
    started.ifPresent(JobExecutor::stop);
  }

  private record SampleArgs(int number) implements JobArgs {
    @Override
    public String kind() {
      return "sample";
    }
  }

  record UnloadableArgs(int number) implements JobArgs {
    static final int MINIMUM = Integer.parseInt("not a number");

    @Override
    public String kind() {
      return "sample";
    }
  }

  @Test
  void endsAnAttemptThatSucceeds() throws Exception {
    assertFreesSlot(SampleArgs.class, (job, context) -> WorkResult.completed(), "{}");
  }

  @Test
  void endsAnAttemptThatThrows() throws Exception {
    assertFreesSlot(
        SampleArgs.class,
        (job, context) -> {
          throw new StackOverflowError("deep");
        },
        "{}");
  }

  @Test
  @SuppressWarnings("NullAway") // what is tested
  void endsAnAttemptThatReturnsNull() throws Exception {
    assertFreesSlot(SampleArgs.class, (job, context) -> null, "{}");
  }

  @Test
  void endsAnAttemptWhoseArgsDoNotFit() throws Exception {
    assertFreesSlot(SampleArgs.class, (job, context) -> WorkResult.completed(), "[]");
  }

  @Test
  void endsAnAttemptWhoseClassOfArgsDoesNotLoad() throws Exception {
    assertFreesSlot(UnloadableArgs.class, (job, context) -> WorkResult.completed(), "{}");
  }

  @Test
  void endsAnAttemptOfAKindWithoutWorker() throws Exception {
    execute(settings(Map.of()), row("{}"));

    assertThat(slotFreed.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void endsAnAttemptThatMayRunForever() throws Exception {
    assertFreesSlot(
        SampleArgs.class, new TimedWorker(() -> ChronoUnit.FOREVER.getDuration()), "{}");
  }

  @Test
  void endsAnAttemptWhoseTimeoutFails() throws Exception {
    try (LogCapture log = LogCapture.of(WorkerRules.class)) {
      TimedWorker worker =
          new TimedWorker(
              () -> {
                throw new IllegalStateException("no time");
              });
      assertFreesSlot(SampleArgs.class, worker, "{}");

      assertThat(log.lines())
          .containsExactly("WARN job 1: timeout of its worker failed, the client's counts");
    }
  }

  @Test
  void interruptsAnAttemptThatRunsTooLong() throws Exception {
    CountDownLatch forever = new CountDownLatch(1);
    assertFreesSlot(
        SampleArgs.class,
        new Worker<SampleArgs>() {
          @Override
          public WorkResult work(Job<SampleArgs> job, JobContext context) throws Exception {
            forever.await();
            return WorkResult.completed();
          }

          @Override
          public Optional<Duration> timeout(Job<SampleArgs> job) {
            return Optional.of(Duration.ofMillis(1));
          }
        },
        "{}");
  }

  private record TimedWorker(Supplier<Duration> limit) implements Worker<SampleArgs> {
    @Override
    public WorkResult work(Job<SampleArgs> job, JobContext context) {
      return WorkResult.completed();
    }

    @Override
    public Optional<Duration> timeout(Job<SampleArgs> job) {
      return Optional.of(limit.get());
    }
  }

  private <T extends JobArgs> void assertFreesSlot(
      Class<T> argsClass, Worker<T> worker, String encodedArgs) throws InterruptedException {
    execute(
        settings(Map.of("sample", new RegisteredWorker<>("sample", argsClass, worker))),
        row(encodedArgs));

    assertThat(slotFreed.await(10, TimeUnit.SECONDS)).isTrue();
  }

  private void execute(WorkSettings settings, JobRow row) {
    Database database = new Database(new UnreachableDatabase(), Optional.empty());
    RiverClient inserter = RiverClient.builder(new UnreachableDatabase()).build();
    JobResults results = new JobResults(codec);
    OutcomeStore outcomes =
        new OutcomeStore("client", database, results, settings, new OutcomeEvents(new EventHub()));
    Completer completer = new Completer("client", outcomes, claimed);
    AttemptStore store = new AttemptStore("client", database, results, codec);
    JobExecutor executor = new JobExecutor("client", settings, codec, store, completer, inserter);
    executor.start();
    started = Optional.of(executor);
    Attempt attempt = new Attempt(row, true, slotFreed::countDown);
    claimed.add(List.of(attempt));
    executor.execute(attempt);
  }

  private static WorkSettings settings(Map<String, RegisteredWorker<?>> workers) {
    return new WorkSettings(
        workers,
        Duration.ofMinutes(1),
        RetryPolicy.exponential(),
        List.of(),
        Map.of(),
        (job, failure) -> ErrorHandler.Decision.AS_USUAL,
        Duration.ofSeconds(10),
        job -> StuckJobHandler.Decision.KEEP_SLOT,
        InstantSource.system());
  }

  private static JobRow row(String encodedArgs) {
    return new JobRowBuilder().encodedArgs(encodedArgs).build();
  }
}
